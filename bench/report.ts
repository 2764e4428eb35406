/**
 * Writes the figures that were kept (`bench/results`) into the pages of `docs`, between their marks, and draws the charts:
 *
 *     npm run bench -- report
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { AvailabilityFigures } from './availability';
import type { EngineTable } from './engine';
import { barChart } from './measures/barChart';
import { kept, type Conditions, type Kept } from './measures/results';
import { NAMES, type OverheadFigures } from './overhead/figures';
import { median } from './overhead/measure';
import type { ProfileFigures } from './profile';
import type { KeptSoak } from './soak/soak';

const DOCS = join(__dirname, '../docs');

type Row = ReadonlyArray<string | number>;

function tableOf(head: readonly string[], rows: readonly Row[]): string {
	const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
	// Names to the left, figures to the right.
	const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const madeUnder = ({ date, node, machine, load }: Conditions): string =>
	`Measured ${date} on ${machine}, Node.js ${node.slice(1)}, load ${load} before the run.`;

function draw(name: string, svg: string, words: string): string {
	writeFileSync(join(DOCS, 'images', `${name}.svg`), svg);
	return `![${words}](images/${name}.svg)`;
}

function needed<Figures>(name: string): Kept<Figures> {
	const found = kept<Figures>(name);
	if (!found) throw new Error(`No figures of ${name} were kept. Run it with --keep.`);
	return found;
}

function availability(): string {
	const { figures, ...under } = needed<AvailabilityFigures>('availability');
	const rows = Object.entries(figures.rows);
	const shares = figures.availability.map((share) => `${(100 * share).toFixed(2)} %`).join(', ');
	const table = tableOf(
		[
			'',
			'answered whole',
			'nonsense passed on',
			'added ms, p50',
			'p95',
			'p99',
			'p99.9',
			'attempts a request',
			'hedges, share of cost',
		],
		rows.map(([name, row]) => [
			name,
			`${row.answeredPercent.toFixed(4)} %`,
			row.nonsensePassedOn,
			...[row.addedMs.p50, row.addedMs.p95, row.addedMs.p99, row.addedMs.p999].map((ms) => Math.round(ms)),
			row.attemptsPerRequest.toFixed(4),
			row.hedgesPercentOfCost === null ? '' : `${row.hedgesPercentOfCost.toFixed(3)} %`,
		]),
	);
	const chart = barChart({
		categories: rows.map(([name]) => name),
		series: [
			{ name: 'lost', values: rows.map(([, { answeredPercent }]) => (100 - answeredPercent) * 10_000) },
		],
		digits: 0,
	});
	const picture = draw('bench-availability', chart, 'Requests without a whole answer, of a million');
	return [
		`${figures.requests.toLocaleString('en')} requests over ${Math.round(figures.days)} simulated days, seed ${figures.seed}, in ` +
			`${Math.round(figures.seconds)} s. One plain call is answered whole in ${shares} of all cases, provider by provider.`,
		table,
		'Requests without a whole answer, of a million:',
		picture,
		madeUnder(under),
	].join('\n\n');
}

/** Median and spread of the differences to plain fetch in the same repetition, in ms. */
function over(times: readonly number[], plain: readonly number[]): [middle: number, words: string] {
	const differences = times.map((ms, place) => ms - plain[place]);
	const middle = median(differences);
	const ends = [Math.min(...differences), Math.max(...differences)].map((ms) => ms.toFixed(2));
	return [middle, `${middle.toFixed(2)} (${ends.join(' to ')})`];
}

function overhead(): string {
	const { figures, ...under } = needed<OverheadFigures>('overhead');
	const plain = figures.contenders.find(({ name }) => name === 'fetch');
	if (!plain) throw new Error('Plain fetch did not run');
	const others = figures.contenders
		.filter(({ name }) => name !== 'fetch')
		.map(({ name, version, times }) => ({
			name: NAMES[name],
			version,
			sequential: over(times.sequential, plain.times.sequential),
			parallel: over(times.parallel, plain.times.parallel),
			cpu: [times.sequentialCpu, times.parallelCpu].map((cpu) => Math.round(1_000 * median(cpu))),
		}));
	const table = tableOf(
		[
			'over plain `fetch`, ms a call',
			'one after another',
			'50 at once',
			'CPU µs, one',
			'CPU µs, 50',
			'version',
		],
		others.map(({ name, sequential, parallel, cpu, version }) => [
			name,
			sequential[1],
			parallel[1],
			...cpu,
			version,
		]),
	);
	const inProcess = others.filter(({ name }) => name !== NAMES.portkey);
	const chart = barChart({
		categories: inProcess.map(({ name }) => name),
		series: [
			{ name: 'one after another', values: inProcess.map(({ sequential: [ms] }) => ms) },
			{ name: '50 at once', values: inProcess.map(({ parallel: [ms] }) => ms) },
		],
		digits: 2,
	});
	const { sequential, parallel } = figures.ratios;
	return [
		table,
		'Ms a call over plain `fetch`, without the gateway:',
		draw('bench-overhead', chart, 'Milliseconds a call over plain fetch'),
		`A plain \`fetch\` takes ${median(plain.times.sequential).toFixed(2)} ms one after another and ` +
			`${median(plain.times.parallel).toFixed(2)} ms at 50 at once. Where least else was going on, the engine's whole call takes ` +
			`${sequential.overOpenAiSdk.toFixed(2)} and ${parallel.overOpenAiSdk.toFixed(2)} times that of the OpenAI SDK.`,
		madeUnder(under),
	].join('\n\n');
}

const kilobytes = (bytes: number): string => `${(bytes / 1e3).toFixed(1)} kB`;

function engine(): string {
	const { figures, ...under } = needed<EngineTable[]>('engine');
	const tables = figures.flatMap(({ title, rows }) => {
		const hasMemory = rows.some(({ heldBytes }) => heldBytes !== undefined);
		const head = [
			title,
			'seconds',
			'from – to',
			'ms an item',
			...(hasMemory ? ['held an item', 'most held'] : []),
		];
		const lines = rows.map(({ name, items, seconds, from, to, heldBytes, peakBytes }) => [
			name,
			seconds.toFixed(2),
			`${from.toFixed(2)} – ${to.toFixed(2)}`,
			((1_000 * seconds) / items).toFixed(2),
			...(hasMemory
				? [heldBytes, peakBytes].map((bytes) => (bytes === undefined ? '' : kilobytes(bytes / items)))
				: []),
		]);
		return tableOf(head, lines);
	});
	return [...tables, madeUnder(under)].join('\n\n');
}

function soak(): string {
	const { figures, ...under } = needed<KeptSoak>('soak');
	const { seconds, scenarios, items, failed, attempts, faults, heldBytes } = figures;
	const { early, late, resident } = heldBytes;
	const growth = (100 * (late - early)) / early;
	const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
	const rows: Row[] = [
		['items in ' + `${Math.round(seconds / 60)} minutes`, items.toLocaleString('en')],
		['scenarios', scenarios],
		['answered', (items - failed).toLocaleString('en')],
		['failed while no provider was well', failed.toLocaleString('en')],
		['failed though one was well, or answered wrongly', faults],
		['calls', attempts.toLocaleString('en')],
		[
			'heap after collections, second and last minute',
			`${megabytes(early)}, ${megabytes(late)} (${growth.toFixed(1)} %)`,
		],
		['resident', megabytes(resident)],
		['sockets, timers, listeners left at the end', faults === 0 ? 0 : 'see the run'],
	];
	return [tableOf(['', ''], rows), madeUnder(under)].join('\n\n');
}

function profile(): string {
	const { figures, ...under } = needed<ProfileFigures>('profile');
	const rows = Object.entries(figures).sort(([, one], [, other]) => other - one);
	const sum = rows.reduce((total, [, us]) => total + us, 0);
	const table = tableOf(
		['part', 'µs a call', 'share'],
		rows.map(([name, us]) => [name, us, `${Math.round((100 * us) / sum)} %`]),
	);
	return [table, `Together ${sum} µs.`, madeUnder(under)].join('\n\n');
}

/** Between `<!-- name -->` and `<!-- /name -->`. */
function fill(file: string, texts: Record<string, string>): void {
	const path = join(DOCS, file);
	let page = readFileSync(path, 'utf8');
	for (const [name, text] of Object.entries(texts)) {
		const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
		if (!marked.test(page)) throw new Error(`docs/${file} has no place for ${name}`);
		page = page.replace(marked, (_, before: string, after: string) => `${before}\n${text}\n\n${after}`);
	}
	writeFileSync(path, page);
}

fill('benchmarks.md', {
	availability: availability(),
	soak: soak(),
	overhead: overhead(),
	engine: engine(),
});
fill('hot-path.md', { profile: profile() });
