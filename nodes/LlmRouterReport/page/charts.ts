/** Charts as static SVG: no script runs where they are shown. Colours are variables of the page, so one picture serves light and dark. */
import { setImmediate as othersTurn } from 'node:timers/promises';

import type * as ECharts from 'echarts';

import { Html } from './html';

export interface Series {
	name: string;
	/** One a category; null leaves a gap. */
	values: ReadonlyArray<number | null>;
	/** A CSS colour, `var(--c1)`. */
	color: string;
}

export interface Chart {
	kind: 'stacked' | 'lines' | 'bars';
	categories: readonly string[];
	series: readonly Series[];
	/** What an axis says of a value. */
	format: (value: number) => string;
	/** What the picture shows, for those who hear the page. */
	label: string;
}

/** Of a phone and of anything wider: drawn apart, as scaled-down letters are unreadable. */
const SHAPES = [
	{ name: 'narrow', width: 340, height: 210, ticks: 4 },
	{ name: 'wide', width: 620, height: 240, ticks: 10 },
] as const;
type Shape = (typeof SHAPES)[number];

/** Loads the library when first called. */
export async function draw(chart: Chart): Promise<Html> {
	const echarts = await import('echarts');
	const pictures: string[] = [];
	for (const shape of SHAPES) {
		pictures.push(drawn(echarts, chart, shape));
		// A picture takes some tens of milliseconds: items of other workflows go on between two.
		await othersTurn();
	}
	return new Html(pictures.join(''));
}

function drawn(echarts: typeof ECharts, chart: Chart, shape: Shape): string {
	const rows = chart.kind === 'bars' ? chart.categories.length * 30 + 30 : shape.height;
	const view = echarts.init(null, null, { renderer: 'svg', ssr: true, width: shape.width, height: rows });
	try {
		view.setOption(chart.kind === 'bars' ? barsOption(chart, shape) : timeOption(chart, shape));
		const svg = view.renderToSVGString({ useViewBox: true });
		// Said once in words beside the picture; the parts of the picture say nothing to those who hear it.
		return svg.replace('<svg ', `<svg class="${shape.name}" aria-hidden="true" focusable="false" `);
	} finally {
		view.dispose();
	}
}

const INK = 'var(--ink-soft)';
const LINE = 'var(--line)';
const TEXT = { color: INK, fontFamily: 'inherit', fontSize: 12 };

function timeOption(chart: Chart, shape: Shape): ECharts.EChartsOption {
	const every = Math.max(1, Math.ceil(chart.categories.length / shape.ticks));
	return {
		animation: false,
		// Letters are measured only where the page is shown, so their room is given beforehand.
		grid: { left: roomFor(chart), right: 12, top: 12, bottom: 24 },
		xAxis: {
			type: 'category',
			data: [...chart.categories],
			axisLabel: { ...TEXT, interval: (index: number) => index % every === 0 },
			axisLine: { lineStyle: { color: LINE } },
			axisTick: { show: false },
		},
		yAxis: valueAxis(chart, 4),
		series: chart.series.map((series) => ({
			name: series.name,
			data: [...series.values],
			itemStyle: { color: series.color },
			...(chart.kind === 'lines'
				? { type: 'line', symbolSize: 5, lineStyle: { color: series.color, width: 2 } }
				: { type: 'bar', stack: 'all', barMaxWidth: 28 }),
		})),
	};
}

/** Pixels for the longest label of the value axis, as the values that it names are rounder than the highest one. */
function roomFor({ series, format, kind, categories }: Chart): number {
	const at = categories.map((_, place) => series.map(({ values }) => values[place] ?? 0));
	const sums = at.map((values) =>
		kind === 'stacked' ? values.reduce((a, b) => a + b, 0) : Math.max(0, ...values),
	);
	const highest = Math.max(0, ...sums);
	const letters = [0.3, 0.6, 0.9, 1.2].map((part) => format(highest * part).length);
	return 12 + 7 * Math.min(11, Math.max(2, ...letters));
}

function barsOption(chart: Chart, shape: Shape): ECharts.EChartsOption {
	const names = Math.min(180, shape.width * 0.38);
	return {
		animation: false,
		grid: { left: names, right: 24, top: 4, bottom: 24 },
		xAxis: valueAxis(chart, shape.name === 'narrow' ? 2 : 4),
		yAxis: {
			type: 'category',
			inverse: true,
			data: [...chart.categories],
			axisLabel: { ...TEXT, width: names - 24, overflow: 'truncate' },
			axisLine: { lineStyle: { color: LINE } },
			axisTick: { show: false },
		},
		series: chart.series.map((series) => ({
			name: series.name,
			type: 'bar',
			stack: 'all',
			barMaxWidth: 16,
			data: [...series.values],
			itemStyle: { color: series.color },
		})),
	};
}

function valueAxis({ format }: Chart, splitNumber: number) {
	return {
		type: 'value' as const,
		min: 0,
		splitNumber,
		axisLabel: { ...TEXT, formatter: (value: number) => format(value) },
		splitLine: { lineStyle: { color: LINE } },
	};
}
