/**
 * Measures redaction on a folder of gzipped JSON lines:
 *
 *     npx tsx bench/classifying/redaction.ts <folder>
 *
 * `personal-data.jsonl.gz` has `{text, spans: [[start, end, kind]]}`; any other file with `text` or `prompt` is taken
 * for clean where no finder of ours has something to say about it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { findPersonalData } from '../../router/guardrails/personalData/personalData';
import { nationalIdFinder } from '../../router/guardrails/personalData/nationalIds';
import { createRedaction } from '../../router/guardrails/redaction';
import type { SpanFinder } from '../../router/text/spans';
import type { ChatRequest } from '../../router/types';
import { textOf, userMessage } from '../../router/text/parts';

const LISTED = new Set(['EMAIL_ADDRESS', 'PHONE_NUMBER', 'CREDIT_CARD', 'IBAN_CODE', 'IP_ADDRESS', 'US_SSN']);

interface Row {
	text: string;
	spans: Array<[number, number, string]>;
}

const percent = (part: number, whole: number) =>
	whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`;

function readRows<T>(folder: string, name: string): T[] {
	const file = join(folder, `${name}.jsonl.gz`);
	if (!existsSync(file)) return [];
	const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
	return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

function requestOf(text: string): ChatRequest {
	return { messages: [userMessage(text)], format: { type: 'text' }, limits: {} };
}

async function measureMarked(rows: readonly Row[], finders: readonly SpanFinder[]): Promise<void> {
	const kinds = new Map<string, { all: number; masked: number }>();
	let restored = 0;
	let clean = 0;
	let changed = 0;
	for (const { text, spans } of rows) {
		const redaction = createRedaction(finders);
		const sent = textOf((await redaction.redact(requestOf(text))).messages[0].parts);
		if (redaction.restore(sent) === text && inParts(redaction, sent) === text) restored++;
		const listed = spans.filter(([, , kind]) => LISTED.has(kind));
		if (listed.length === 0) {
			clean++;
			if (sent !== text) {
				changed++;
				console.log(`  changed without cause: ${sent.slice(0, 160)}`);
			}
		}
		for (const [start, end, kind] of listed) {
			const tally = kinds.get(kind) ?? { all: 0, masked: 0 };
			tally.all++;
			if (!sent.includes(text.slice(start, end))) tally.masked++;
			else console.log(`  not masked, ${kind}: ${text.slice(Math.max(0, start - 40), end + 20)}`);
			kinds.set(kind, tally);
		}
	}
	const all = [...kinds.values()].reduce((sum, tally) => sum + tally.all, 0);
	const masked = [...kinds.values()].reduce((sum, tally) => sum + tally.masked, 0);
	for (const [kind, tally] of kinds) console.log(`${kind}: ${tally.masked} of ${tally.all} masked`);
	console.log(`listed kinds masked: ${percent(masked, all)} of ${all} (goal ≥ 95 %)`);
	console.log(`answers restored, whole and in parts of three characters: ${percent(restored, rows.length)}`);
	console.log(`texts without listed kinds changed: ${percent(changed, clean)} of ${clean} (goal < 1 %)`);
}

function inParts(redaction: ReturnType<typeof createRedaction>, text: string): string {
	const restorer = redaction.restorer('text');
	let whole = '';
	for (let i = 0; i < text.length; i += 3) whole += restorer.push(text.slice(i, i + 3));
	return whole + restorer.end();
}

async function main(folder: string | undefined): Promise<void> {
	if (folder === undefined) {
		console.log('Usage: npm run bench -- redaction <folder with personal-data.jsonl.gz>');
		return;
	}
	const startedAt = performance.now();
	const nationalIds = await nationalIdFinder();
	console.log(`national ids loaded in ${(performance.now() - startedAt).toFixed(0)} ms`);
	const finders = [findPersonalData, nationalIds];
	await measureMarked(readRows<Row>(folder, 'personal-data'), finders);
	for (const name of ['task', 'language', 'routing-mmlu', 'routing-gsm8k']) {
		const rows = readRows<{ text?: string; prompt?: string }>(folder, name);
		const texts = rows.map(({ text, prompt }) => text ?? prompt ?? '');
		const hit = (find: SpanFinder) => texts.filter((text) => find(text).length > 0).length;
		console.log(
			`${name}: of ${texts.length} texts national ids change ${percent(hit(nationalIds), texts.length)}, ` +
				`the other kinds ${percent(hit(findPersonalData), texts.length)}`,
		);
	}
	for (const [what, text] of [
		[
			'prose with a number now and then',
			'Order 4711 was shipped to Anna on Monday and arrived. '.repeat(20_000),
		],
		['digits', '1234567890'.repeat(100_000)],
		['digits and spaces', '12 34 56 78 '.repeat(85_000)],
		['placeholders', '[EMAIL_1] '.repeat(100_000)],
	]) {
		const redaction = createRedaction(finders);
		const from = performance.now();
		const sent = await redaction.redact(requestOf(`${text}a@example.org`));
		redaction.restore(textOf(sent.messages[0].parts));
		console.log(`1 MB of ${what}: ${(performance.now() - from).toFixed(0)} ms`);
	}
}

void main(process.argv[2]);
