import type {
	AttemptCount,
	DecisionQuery,
	DecisionRow,
	Dimension,
	FailureGroup,
	Feedback,
	Filter,
	KeptDecision,
	Lesson,
	LessonCount,
	RatedLesson,
	TimeSpan,
	UsageGroup,
	UsageQuery,
	UsageView,
} from '../decisions';
import type { LedgerBook, Steps } from '../books';
import { UsageTally } from '../usageTally';
import { DAY_MS } from '../../types/time';

/** About 20 MB. */
const MOST_DECISIONS = 20_000;

/** The latest decisions of this process: the fallback when no file can be written. Few enough to be read in one step. */
export class MemoryLedger implements LedgerBook {
	private readonly rows = new Map<string, KeptDecision>();

	private readonly kept = new Map<string, Lesson>();

	constructor(private readonly secret: string) {}

	append(rows: readonly DecisionRow[]): void {
		for (const row of rows) {
			if (!this.rows.has(row.id)) this.keep(row);
			if (this.rows.size > MOST_DECISIONS) this.forget(this.rows.keys().next().value as string);
		}
	}

	*usage({ spans, groupBy }: UsageQuery): Steps<UsageGroup[]> {
		return (yield* this.usageViews(spans, [{ groupBy, whole: false }]))[0];
	}

	*usageViews(spans: readonly TimeSpan[], views: readonly UsageView[]): Steps<UsageGroup[][]> {
		const within = spans.map((span) => this.within(span));
		return views.map(({ groupBy, whole }) =>
			(whole ? [within.flat()] : within).flatMap((rows, span) => tallied(rows, span, groupBy)),
		);
	}

	*failures(span: TimeSpan): Steps<FailureGroup[]> {
		const groups = new Map<string, FailureGroup>();
		for (const { outcome, category, model } of this.within(span)) {
			if (outcome !== 'failed' || category === null) continue;
			const name = JSON.stringify([category, model]);
			const group = groups.get(name) ?? { category, model, requests: 0 };
			groups.set(name, { ...group, requests: group.requests + 1 });
		}
		return [...groups.values()].sort((a, b) => b.requests - a.requests);
	}

	*attempts({ from, to }: TimeSpan): Steps<AttemptCount[]> {
		const rows = [...this.rows.values()].filter(({ at }) => at >= from && at < to);
		const ids = new Map(rows.map(({ model, modelId }) => [model, modelId]));
		const counts = new Map<string, AttemptCount>();
		for (const { model, outcome } of rows.flatMap(({ attempts }) => attempts)) {
			const count = counts.get(model) ?? { model, modelId: ids.get(model) ?? null, calls: 0, failed: 0 };
			counts.set(model, count);
			count.calls += 1;
			if (outcome !== 'answered' && outcome !== 'cancelled') count.failed += 1;
		}
		return [...counts.values()];
	}

	*decisions({ span, where, limit, offset, withLessons }: DecisionQuery): Steps<KeptDecision[]> {
		const wanted = Object.entries(where) as Array<[Filter, string]>;
		return [...this.rows.values()]
			.filter(
				(row) =>
					row.at >= span.from && row.at < span.to && wanted.every(([key, value]) => row[key] === value),
			)
			.sort((a, b) => (a.id < b.id ? 1 : -1))
			.slice(offset, offset + limit)
			.map((row) => ({ ...row, ...(withLessons && this.lessonOf(row.id)) }));
	}

	rate(id: string, feedback: Feedback): boolean {
		const row = this.rows.get(id);
		if (row) this.rows.set(id, { ...row, feedback });
		return row !== undefined;
	}

	countLessons(learner: string, since: number): LessonCount {
		const rated = this.rated(learner);
		const times = rated.map(({ feedback }) => feedback.at);
		const newer = times.filter((at) => at > since).length;
		return { rated: rated.length, latest: Math.max(0, ...times), newer };
	}

	lessons(learner: string, limit: number): RatedLesson[] {
		return this.rated(learner)
			.sort((a, b) => (a.id < b.id ? -1 : 1))
			.slice(-limit)
			.map(({ strong, seen, feedback: { rating } }) => ({ strong, seen, rating }));
	}

	earliest(): number | null {
		let earliest: number | null = null;
		for (const { at } of this.rows.values()) earliest = Math.min(at, earliest ?? at);
		return earliest;
	}

	prune(now: number): boolean {
		for (const { id, at, retentionDays } of this.rows.values()) {
			if (at + retentionDays * DAY_MS <= now) this.forget(id);
		}
		return false;
	}

	salt(): string {
		return this.secret;
	}

	/** All decisions, to be written to another book. */
	carried(): DecisionRow[] {
		return [...this.rows.values()].map(({ feedback: _said, ...row }) => {
			return { ...row, ...this.lessonOf(row.id) };
		});
	}

	/** All ratings. */
	carriedFeedback(): Array<{ id: string; feedback: Feedback }> {
		return [...this.rows.values()].flatMap(({ id, feedback }) => (feedback ? [{ id, feedback }] : []));
	}

	private lessonOf(id: string): Pick<DecisionRow, 'lesson'> {
		const lesson = this.kept.get(id);
		return lesson ? { lesson } : {};
	}

	private keep({ lesson, ...row }: DecisionRow): void {
		this.rows.set(row.id, { ...row, feedback: null });
		if (lesson) this.kept.set(row.id, lesson);
	}

	private forget(id: string): void {
		this.rows.delete(id);
		this.kept.delete(id);
	}

	private rated(learner: string): Array<Lesson & { id: string; feedback: Feedback }> {
		return [...this.kept].flatMap(([id, lesson]) => {
			const feedback = this.rows.get(id)?.feedback;
			return feedback && lesson.learner === learner ? [{ ...lesson, id, feedback }] : [];
		});
	}

	private within({ from, to }: TimeSpan): DecisionRow[] {
		return [...this.rows.values()].filter(({ at }) => at >= from && at < to);
	}
}

function tallied(rows: readonly DecisionRow[], span: number, groupBy: readonly Dimension[]): UsageGroup[] {
	const tally = new UsageTally({ answered: 'answered', fallback: 'fallback', failed: 'failed' });
	const columns = groupBy.map((_, index) => index);
	for (const row of rows) {
		const keys = groupBy.map((dimension) => row[dimension]);
		tally.add({ ...row, ms: Math.round(row.ms) }, keys, columns);
	}
	return tally.result(span, (key) => (key === null ? null : String(key)));
}
