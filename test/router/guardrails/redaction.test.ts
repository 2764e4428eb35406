import { assistantMessage, textOf, userMessage } from '../../../router/text/parts';
import { findPersonalData } from '../../../router/guardrails/personalData/personalData';
import { nationalIdFinder } from '../../../router/guardrails/personalData/nationalIds';
import { createRedaction } from '../../../router/guardrails/redaction';
import type { Redaction } from '../../../router/guardrails/redaction';
import { redactingClient } from '../../../router/guardrails/redactingClient';
import type { SpanFinder } from '../../../router/text/spans';
import type { AnswerPart, ChatRequest, ModelClient, ModelRequest } from '../../../router/types';
import { requestOf } from '../../support/requests';

let finders: SpanFinder[];
let redaction: Redaction;
beforeAll(async () => {
	finders = [findPersonalData, await nationalIdFinder()];
});
beforeEach(() => {
	redaction = createRedaction(finders);
});

const promptOf = ({ messages }: ChatRequest) => textOf(messages[0].parts);

const imageOf = (fileName: string) => ({
	kind: 'image' as const,
	mediaType: 'image/png',
	data: 'AA',
	fileName,
});
const sent = async (text: string, by = redaction) => promptOf(await by.redact(requestOf(text)));

describe('what leaves for a provider', () => {
	it('has the same placeholder for the same piece in system message, history, prompt, file names and schema', async () => {
		const schema = {
			type: 'object',
			properties: {
				'ann@example.org': {
					type: 'string',
					pattern: '^ann@example.org$',
					description: 'of ann@example.org',
				},
			},
			enum: ['ann@example.org'],
		};
		const request = requestOf('Write to ann@example.org or 5551234567', {
			system: 'You answer for bob@example.org.',
			messages: [
				userMessage('my phone is 5551234567'),
				assistantMessage('Noted, ann@example.org.'),
				userMessage('Write to ann@example.org or 5551234567', [imageOf('ann@example.org.png')]),
			],
			format: { type: 'json', schema },
		});
		const copy = structuredClone(request);
		expect(await redaction.redact(request)).toEqual({
			...copy,
			system: 'You answer for [EMAIL_1].',
			messages: [
				userMessage('my phone is [PHONE_1]'),
				assistantMessage('Noted, [EMAIL_2].'),
				userMessage('Write to [EMAIL_2] or [PHONE_1]', [imageOf('[EMAIL_2].png')]),
			],
			format: {
				type: 'json',
				schema: {
					type: 'object',
					properties: {
						'ann@example.org': { type: 'string', pattern: '^ann@example.org$', description: 'of [EMAIL_2]' },
					},
					enum: ['[EMAIL_2]'],
				},
			},
		});
		expect(request).toEqual(copy);
		expect(redaction.size()).toBe(3);
		expect(await sent('again: ann@example.org')).toBe('again: [EMAIL_2]');
	});

	it('is what it was where there is nothing to hide', async () => {
		const text = 'Order 4711 of 2024-01-15: see [EMAIL_1] and chapter 1.2.3.4';
		expect(await sent(text)).toBe(text);
		expect(redaction.restore(text)).toBe(text);
	});

	it('leaves placeholders that stand there already to mean what they mean', async () => {
		expect(await sent('[EMAIL_1], email 2 and Email-3 are made up, ann@example.org is not')).toBe(
			'[EMAIL_1], email 2 and Email-3 are made up, [EMAIL_4] is not',
		);
		expect(redaction.restore('[EMAIL_1] [EMAIL_2] [EMAIL_4]')).toBe('[EMAIL_1] [EMAIL_2] ann@example.org');
	});

	it('covers the whole of two finds that overlap', async () => {
		const overlapping = createRedaction([
			() => [{ kind: 'phone', start: 2, end: 6 }],
			() => [{ kind: 'card', start: 4, end: 11 }],
		]);
		expect(await sent('a 123456789 b', overlapping)).toBe('a [PHONE_1] b');
	});
});

describe('a long text', () => {
	const addresses = (count: number) =>
		Array.from({ length: count }, (_, i) => `login from 10.${(i >> 8) % 250}.${i % 250}.${1 + (i % 7)}`).join(
			'\n',
		);

	it('with many pieces that begin alike takes time by its length, not by its square', async () => {
		const timeOf = async (count: number) => {
			const { user } = process.cpuUsage();
			await sent(addresses(count), createRedaction(finders));
			return process.cpuUsage().user - user;
		};
		await timeOf(1_000);
		const few = await timeOf(2_000);
		expect(await timeOf(16_000)).toBeLessThan(30 * few);
	});

	it('is read a piece at a time, with the same result', async () => {
		const text = `${addresses(3_000)}\n${'x'.repeat(40_000)} ann@example.org`;
		let turns = 0;
		const patient = createRedaction(finders, () => {
			turns++;
			return Promise.resolve();
		});
		const masked = await sent(text, patient);
		expect(turns).toBeGreaterThan(20);
		expect(masked).not.toContain('login from 10.');
		expect(masked.endsWith(' [EMAIL_1]')).toBe(true);
		expect(patient.restore(masked)).toBe(text);
	});
});

describe('the answer', () => {
	it.each([
		['as given', '[EMAIL_1]'],
		['in lower case', '[email_1]'],
		['with an escaped separator', String.raw`\[EMAIL\_1\]`],
		['with a space', '[EMAIL 1]'],
		['with two separators', '[EMAIL_ 1]'],
		['with a dash that does not break', '[EMAIL\u20111]'],
		['with a space that does not break', '[EMAIL\u00a01]'],
		['in other brackets', '【EMAIL_1】'],
		['bare', 'EMAIL_1'],
		['with a leading zero', '[EMAIL_01]'],
	])('has the piece put back where the placeholder came %s', async (_, placeholder) => {
		await sent('ann@example.org');
		expect(redaction.restore(`To ${placeholder}, thanks. ${placeholder}`)).toBe(
			'To ann@example.org, thanks. ann@example.org',
		);
	});

	it('searches a text once, however often it is sent', async () => {
		const find = jest.fn(() => []);
		const often = createRedaction([find]);
		const request = requestOf('a long text');
		for (let call = 0; call < 3; call++) await often.redact(request);
		expect(find.mock.calls).toEqual([['a long text']]);
	});

	it('keeps what only looks like one', async () => {
		await sent('ann@example.org, card 4111 1111 1111 1111');
		const answer = '[EMAIL_2] EMAIL_12 MYEMAIL_1 const card_1 = emails[EMAIL]; [CARD]';
		expect(redaction.restore(answer)).toBe(answer);
	});

	it('is restored in JSON, in names as well as values', async () => {
		await sent('ann@example.org and 203.0.113.77');
		expect(redaction.restoreJson({ '[EMAIL_1]': ['[IP_1]', 3, null, { to: 'EMAIL_1' }] })).toEqual({
			'ann@example.org': ['203.0.113.77', 3, null, { to: 'ann@example.org' }],
		});
	});

	it.each([1, 2, 3, 5, 8, 1000])(
		'is restored from parts of %i characters, whatever they cut',
		async (length) => {
			const text =
				'Mail ann@example.org [or] bob@example.org; IBAN DE89 3704 0044 0532 0130 00, US SSN 054-28-6917. E, EMA, arr[0] \\n';
			const answer = await sent(text);
			expect(answer).toContain('[NATIONAL_ID_1]');
			const restorer = redaction.restorer('text');
			let restored = '';
			for (let i = 0; i < answer.length; i += length) restored += restorer.push(answer.slice(i, i + length));
			expect(restored + restorer.end()).toBe(text);
		},
	);

	it('is passed on at once but for what may become a placeholder', async () => {
		await sent('ann@example.org');
		const restorer = redaction.restorer('text');
		expect(restorer.push('Dear [customer], ')).toBe('Dear [customer], ');
		expect(restorer.push('see [1')).toBe('see [1');
		expect(restorer.push('] or [EM')).toBe('] or ');
		expect(restorer.push('BARGO] [EMAIL_1')).toBe('[EMBARGO] ');
		expect(restorer.push(']!')).toBe('ann@example.org!');
		expect(restorer.end()).toBe('');
	});

	it('of JSON in parts stays JSON', async () => {
		const quoting = createRedaction([() => [{ kind: 'email', start: 0, end: 8 }]]);
		await quoting.redact(requestOf('"a\n"@b.d is not only text'));
		const restorer = quoting.restorer('json');
		expect(
			JSON.parse(`${restorer.push('{"to": "[EMA')}${restorer.push('IL_1]"}')}${restorer.end()}`),
		).toEqual({
			to: '"a\n"@b.d',
		});
	});
});

describe('a redacting client', () => {
	const seen: ModelRequest[] = [];
	const clientOf = (parts: readonly AnswerPart[]): ModelClient => ({
		async *stream(request) {
			seen.push(request);
			yield* parts;
		},
	});

	it('shows the provider no personal data and the engine no placeholder', async () => {
		const client = redactingClient(
			clientOf([
				{ type: 'text', text: 'To [EMA' },
				{ type: 'text', text: 'IL_' },
				{ type: 'text', text: '1] and [EMAIL' },
				{ type: 'end', finishReason: 'refusal', usage: null, detail: 'no word to [EMAIL_1]' },
			]),
			redaction,
		);
		const parts: AnswerPart[] = [];
		for await (const part of client.stream(
			requestOf('to ann@example.org'),
			'key',
			new AbortController().signal,
		)) {
			parts.push(part);
		}
		expect(seen.at(-1) && promptOf(seen.at(-1)!)).toBe('to [EMAIL_1]');
		expect(parts).toEqual([
			{ type: 'text', text: 'To ' },
			{ type: 'reasoning' },
			{ type: 'text', text: 'ann@example.org and ' },
			{ type: 'text', text: '[EMAIL' },
			{ type: 'end', finishReason: 'refusal', usage: null, detail: 'no word to [EMAIL_1]' },
		]);
	});

	it('keeps tool calls and their results from the provider, and gives the tool what the placeholders stand for', async () => {
		const piece = (id: string, input: string): AnswerPart => ({ type: 'toolCall', id, name: 'send', input });
		const client = redactingClient(
			clientOf([
				{ type: 'text', text: 'To [EMAIL_1' },
				piece('a', '{"to":"[EMA'),
				piece('b', '{"to":"[CARD'),
				piece('a', 'IL_1]"}'),
				piece('b', '_1]"}'),
				{ type: 'end', finishReason: 'toolCalls', usage: null },
			]),
			redaction,
		);
		const request = requestOf('', {
			messages: [
				userMessage('to ann@example.org'),
				{
					role: 'assistant',
					parts: [
						{ type: 'reasoning', maker: 'anthropic x', opaque: { signature: 'ann@example.org' } },
						{ type: 'toolCall', id: '1', name: 'pay', input: '{"card":4111111111111111,"sum":12}' },
					],
				},
				{
					role: 'tool',
					parts: [{ type: 'toolResult', id: '1', name: 'pay', output: 'Paid by ann@example.org' }],
				},
			],
			tools: [{ name: 'send', description: 'As ann@example.org', schema: { enum: ['ann@example.org'] } }],
		});
		const parts: AnswerPart[] = [];
		for await (const part of client.stream(request, 'key', new AbortController().signal)) parts.push(part);

		const { messages, tools } = seen.at(-1)!;
		expect(messages.slice(1)).toEqual([
			{
				role: 'assistant',
				parts: [
					{ type: 'reasoning', maker: 'anthropic x', opaque: { signature: 'ann@example.org' } },
					{ type: 'toolCall', id: '1', name: 'pay', input: '{"card":"[CARD_1]","sum":12}' },
				],
			},
			{
				role: 'tool',
				parts: [{ type: 'toolResult', id: '1', name: 'pay', output: 'Paid by [EMAIL_1]' }],
			},
		]);
		expect(tools).toEqual([{ name: 'send', description: 'As [EMAIL_1]', schema: { enum: ['[EMAIL_1]'] } }]);
		const inputs = new Map<string, string>();
		for (const part of parts) {
			if (part.type === 'toolCall') inputs.set(part.id, (inputs.get(part.id) ?? '') + part.input);
		}
		expect([...inputs].map(([id, input]) => [id, JSON.parse(input) as unknown])).toEqual([
			['a', { to: 'ann@example.org' }],
			['b', { to: '4111111111111111' }],
		]);
	});
});
