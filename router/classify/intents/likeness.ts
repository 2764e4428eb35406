import type { Features } from './sentences';

/** A sentence as a vector of weighted features, normalized to length 1. */
type Vector = ReadonlyMap<number, number>;

/** Similarity of a sentence to each intent, 0–1, in the order of the intents. */
export type Likeness = Float64Array;

interface Posting {
	example: number;
	weight: number;
}

/**
 * The user's example sentences. A feature weighs the more, the fewer intents have it: `ln(1 + n / k) / ln(1 + n)` with
 * n intents and "anything else" as one more, and k of them that have it. By intents and not by sentences, as a word that
 * all examples of one intent share is what tells it.
 *
 * How like a sentence is to an intent: half the cosine to the example nearest to it, half the cosine to the sum of all
 * its examples.
 */
export class Examples {
	/** Index of each example's intent. */
	private readonly owners: number[] = [];

	private readonly postings = new Map<number, Posting[]>();

	private readonly intentsWith = new Map<number, number>();

	/** Squared length of the sum of an intent's examples. */
	private readonly squares: Float64Array;

	/** Cosine of each example to all examples. */
	private readonly cosines: Float64Array[] = [];

	/** @param examples by intent */
	constructor(examples: ReadonlyArray<readonly Features[]>) {
		for (const intent of examples) {
			for (const feature of new Set(intent.flatMap((example) => [...example.keys()]))) {
				this.intentsWith.set(feature, (this.intentsWith.get(feature) ?? 0) + 1);
			}
		}
		this.squares = new Float64Array(examples.length);
		const vectors = examples.flatMap((intent, index) => intent.map((example) => this.add(example, index)));
		vectors.forEach((vector, example) => {
			const cosines = this.cosinesTo(vector);
			this.cosines.push(cosines);
			const owner = this.owners[example];
			cosines.forEach((cosine, other) => {
				if (this.owners[other] === owner) this.squares[owner] += cosine;
			});
		});
	}

	private add(features: Features, owner: number): Vector {
		const example = this.owners.push(owner) - 1;
		const vector = this.vectorOf(features);
		for (const [feature, weight] of vector) {
			const posting = { example, weight };
			const known = this.postings.get(feature);
			if (known) known.push(posting);
			else this.postings.set(feature, [posting]);
		}
		return vector;
	}

	/** Similarity of a sentence to each intent. */
	likenessTo(features: Features): Likeness {
		return this.combine(this.cosinesTo(this.vectorOf(features)));
	}

	/** Similarity of every example, computed as if it were not an example itself. */
	leftOut(): Array<{ owner: number; likeness: Likeness }> {
		return this.owners.map((owner, example) => ({
			owner,
			likeness: this.combine(this.cosines[example], example),
		}));
	}

	private combine(cosines: Float64Array, leftOut = -1): Likeness {
		const intents = this.squares.length;
		const nearest = new Float64Array(intents);
		const sums = new Float64Array(intents);
		const squares = Float64Array.from(this.squares);
		cosines.forEach((cosine, example) => {
			const owner = this.owners[example];
			sums[owner] += cosine;
			if (example !== leftOut && cosine > nearest[owner]) nearest[owner] = cosine;
		});
		if (leftOut >= 0) {
			const owner = this.owners[leftOut];
			// |S − v|² = |S|² − 2 v·S + |v|²
			squares[owner] += 1 - 2 * sums[owner];
			sums[owner] -= 1;
		}
		return nearest.map((cosine, intent) => {
			const length = Math.sqrt(Math.max(squares[intent], 0));
			return length < 1e-6 ? 0 : (cosine + sums[intent] / length) / 2;
		});
	}

	private vectorOf(features: Features): Vector {
		const classes = this.squares.length + 1;
		const most = Math.log(1 + classes);
		const vector = new Map<number, number>();
		let squares = 0;
		for (const [feature, value] of features) {
			// A feature that no intent has counts for "anything else".
			const weight = (value * Math.log(1 + classes / (this.intentsWith.get(feature) ?? 1))) / most;
			vector.set(feature, weight);
			squares += weight * weight;
		}
		const length = Math.sqrt(squares) || 1;
		for (const [feature, weight] of vector) vector.set(feature, weight / length);
		return vector;
	}

	private cosinesTo(vector: Vector): Float64Array {
		const cosines = new Float64Array(this.owners.length);
		for (const [feature, weight] of vector) {
			for (const posting of this.postings.get(feature) ?? []) {
				cosines[posting.example] += weight * posting.weight;
			}
		}
		return cosines;
	}
}
