import type { Features } from './sentences';

/** A sentence as a vector of weighted features, normalized to length 1. */
type Vector = ReadonlyMap<number, number>;

/** Similarity of a sentence to each intent, 0–1, in the order of the intents. */
export type Likeness = Float64Array;

interface Posting {
	example: number;
	weight: number;
}

/** The similarity of an example to each intent, and whose example it is. */
export interface LeftOut {
	owner: number;
	likeness: Likeness;
}

/** Of the cosines to all examples, how similar something is to each intent: to its nearest example and to all of them together. */
export class Nearness {
	/** Squared length of the sum of an intent's examples. */
	private readonly squares: Float64Array;

	/**
	 * @param owners index of each example's intent
	 * @param cosines of each example to all examples
	 */
	constructor(
		private readonly owners: readonly number[],
		intents: number,
		private readonly cosines: readonly Float64Array[],
	) {
		this.squares = new Float64Array(intents);
		cosines.forEach((row, example) => {
			const owner = owners[example];
			row.forEach((cosine, other) => {
				if (owners[other] === owner) this.squares[owner] += cosine;
			});
		});
	}

	likenessOf(cosines: Float64Array): Likeness {
		return this.combine(cosines);
	}

	/** Similarity of every example, computed as if it were not an example itself. */
	leftOut(): LeftOut[] {
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

	private readonly intents: number;

	private readonly nearness: Nearness;

	/** @param examples by intent */
	constructor(examples: ReadonlyArray<readonly Features[]>) {
		this.intents = examples.length;
		for (const intent of examples) {
			for (const feature of new Set(intent.flatMap((example) => [...example.keys()]))) {
				this.intentsWith.set(feature, (this.intentsWith.get(feature) ?? 0) + 1);
			}
		}
		const vectors = examples.flatMap((intent, index) => intent.map((example) => this.add(example, index)));
		const cosines = vectors.map((vector) => this.cosinesTo(vector));
		this.nearness = new Nearness(this.owners, examples.length, cosines);
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
		return this.nearness.likenessOf(this.cosinesTo(this.vectorOf(features)));
	}

	/** Similarity of every example, computed as if it were not an example itself. */
	leftOut(): LeftOut[] {
		return this.nearness.leftOut();
	}

	private vectorOf(features: Features): Vector {
		const classes = this.intents + 1;
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
