import { init } from 'echarts';

export interface BarChart {
	/** One a group of bars, from the top. */
	categories: readonly string[];
	series: ReadonlyArray<{ name: string; values: readonly number[] }>;
	/** Digits after the point in what stands beside a bar. */
	digits: number;
}

/** Grey letters and strong colours can be read on white and on black. */
const INK = '#808890';
const COLORS = ['#2f7ed8', '#e08a1e'];

/** Horizontal bars as SVG, with text legible at 640 pixels wide and on a phone. */
export function barChart({ categories, series, digits }: BarChart): string {
	const height = categories.length * (14 + 18 * series.length) + (series.length > 1 ? 40 : 16);
	const view = init(null, null, { renderer: 'svg', ssr: true, width: 640, height });
	const text = { color: INK, fontFamily: 'Helvetica, Arial, sans-serif', fontSize: 13 };
	view.setOption({
		animation: false,
		color: COLORS,
		grid: { left: 210, right: 70, top: series.length > 1 ? 32 : 8, bottom: 8 },
		...(series.length > 1 && { legend: { top: 0, left: 205, itemGap: 40, textStyle: text } }),
		xAxis: { type: 'value', show: false },
		yAxis: {
			type: 'category',
			inverse: true,
			data: [...categories],
			axisLabel: text,
			axisLine: { lineStyle: { color: INK } },
			axisTick: { show: false },
		},
		series: series.map(({ name, values }) => ({
			name,
			type: 'bar',
			data: [...values],
			label: {
				...text,
				show: true,
				position: 'right',
				formatter: ({ value }: { value: unknown }) => Number(value).toFixed(digits),
			},
		})),
	});
	const svg = view.renderToSVGString({ useViewBox: true });
	view.dispose();
	return svg;
}
