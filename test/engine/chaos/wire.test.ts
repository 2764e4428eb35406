/** What only the wire and the real clock can show: addresses, dates, sizes, and answers that nobody waits for any more. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import type { ChatModelBehaviour, ChatModelCall } from '../../support/standIn/chatModel';
import {
	alwaysTrue,
	askAll,
	lineOf,
	PRICE,
	PROTOCOLS,
	WIRE_PROTOCOLS,
	type Asking,
	type Seen,
} from './chaos';
import { connected, credentialsFor, inOrder, model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	for (const protocol of PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
}, 90_000);
beforeEach(() => {
	providers.reset();
	providers.answer = undefined;
});
afterAll(async () => await providers.close());

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
const outcomes = ({ record }: Seen): unknown[] => record.attempts.map(({ outcome }) => outcome);

async function ask(protocol: string, fault: string, asking?: Asking): Promise<Seen> {
	const [seen] = await askAll(providers, lineOf(protocol), [fault], asking);
	expect(alwaysTrue(seen!)).toEqual([]);
	return seen!;
}

test('Retry-After as an HTTP date and in milliseconds is waited for, by the real clock', async () => {
	await Promise.all(
		PROTOCOLS.map(async (protocol) => {
			const [date, ms] = await Promise.all([ask(protocol, '429date-2*1'), ask(protocol, '429ms-700*1')]);
			for (const { left, calls, record } of [date, ms]) {
				expect([protocol, ...left, calls.length]).toEqual([protocol, 'Answered', 2]);
				expect(record.attempts[0]?.outcome).toBe('rateLimited');
			}
			const gap = ({ calls }: Seen): number => calls[1]!.at - calls[0]!.at;
			// A date has whole seconds, so it names between one and two of them; the log has whole milliseconds.
			const named = Math.floor((date.calls[0]!.at + 2000) / 1000) * 1000 - date.calls[0]!.at;
			expect(gap(date)).toBeGreaterThanOrEqual(named - 5);
			expect(gap(ms)).toBeGreaterThanOrEqual(700 - 5);
			// Half a second and not two thirds of a minute, or milliseconds were taken for seconds.
			expect(gap(ms)).toBeLessThan(5000);
		}),
	);
}, 60_000);

/** Accepts connections and closes them at the first word. */
async function hangUp(): Promise<{ server: Server; port: number }> {
	const server = createServer((socket: Socket) => {
		socket.on('error', () => undefined);
		socket.once('data', () => socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { server, port: (server.address() as AddressInfo).port };
}

describe.each(WIRE_PROTOCOLS)('%s: an address that cannot be reached', (protocol) => {
	const line = lineOf(protocol);

	const askAt = async (baseUrl: string): Promise<Seen> => {
		const all = credentialsFor(providers);
		const own = { ...all[line.credential as keyof typeof all], baseUrl };
		const run = { credentials: { ...all, [line.credential]: own } };
		const [seen] = await askAll(providers, line, [''], { run });
		// Nothing arrives where the log is kept, so what is told cannot be compared with it.
		const { left, json, record, helperCalls } = seen!;
		expect([left, record.model, helperCalls.length]).toEqual([['Fallback'], 'helper', 1]);
		expect(json.output).toBe(seen!.whole.helper);
		return seen!;
	};

	test.each<[string, (url: URL) => string, RegExp]>([
		['no such name', () => 'http://nowhere.invalid/v1', /address was not found/],
		['TLS where none is spoken', (url) => `https://${url.host}${url.pathname}`, /certificate or encryption/],
		['nobody listens', (url) => `http://127.0.0.1:9${url.pathname}`, /refused the connection/],
	])('%s', async (_name, addressOf, words) => {
		const seen = await askAt(addressOf(new URL(providers.baseUrl(line.endpoint))));
		const failed = seen.record.attempts.filter(({ model: alias }) => alias === 'first');
		expect(failed.map(({ outcome }) => outcome)).toEqual(Array(3).fill('network'));
		expect(failed[0]!.message).toMatch(words);
	});

	test('someone listens and hangs up', async () => {
		const { server, port } = await hangUp();
		try {
			const seen = await askAt(`http://127.0.0.1:${port}/v1`);
			expect(outcomes(seen)).toEqual([...Array<string>(3).fill('network'), 'answered']);
		} finally {
			server.close();
		}
	});
});

describe('size', () => {
	test('10,000 tiny parts arrive whole', async () => {
		const words = Array.from({ length: 10_000 }, (_, index) => `${index} `).join('');
		await Promise.all(
			WIRE_PROTOCOLS.map(async (protocol) => {
				const [seen] = await askAll(providers, lineOf(protocol), ['many-10000']);
				expect([protocol, ...seen!.left]).toEqual([protocol, 'Answered']);
				expect(String(seen!.json.output).trim()).toBe(words.trim());
				expect(Number(seen!.record.usage.outputTokens)).toBe(10_000);
			}),
		);
	}, 60_000);

	// What comes in one JSON value has to be read at a stroke, so it may be less.
	test.each<[string, string[], RegExp]>([
		['huge-50', ['openAi', 'anthropic', 'gemini'], /more than 32 MB/],
		['wholejson+huge-50', ['openAiCompatible'], /more than 8 MB/],
	])(
		'%s: 50 MB are bounded, with a clear error',
		async (fault, protocols, bound) => {
			for (const protocol of protocols) {
				// Once each: every try costs the full limit, and one proves the bound.
				const seen = await ask(protocol, fault, { options: { maxRetries: 0 } });
				expect([protocol, ...outcomes(seen)]).toEqual([protocol, 'serverError', 'answered']);
				expect(seen.record.attempts[0]!.message).toMatch(bound);
				expect(seen.calls[0]!.aborted).toBe(true);
			}
		},
		120_000,
	);
});

describe('an answer that comes after the execution was cancelled', () => {
	/** Rejections that nothing handled. */
	const unhandled: unknown[] = [];
	const note = (reason: unknown): void => void unhandled.push(reason);
	beforeAll(() => void process.on('unhandledRejection', note));
	afterAll(() => void process.off('unhandledRejection', note));

	test.each(PROTOCOLS)('%s', async (protocol) => {
		const line = lineOf(protocol);
		const fault = line.modelId === null ? 'deaf-2500' : 'slow-2500';
		const deaf: ChatModelBehaviour & { calls: ChatModelCall[] } = { fault, calls: [] };
		const first =
			line.modelId === null
				? connected('first', 1, PRICE)
				: model('first', protocol, `${line.modelId}--${fault}`, PRICE);
		const helper = model('helper', line.helper.provider, line.helper.modelId, PRICE);
		const cancel = new AbortController();
		const running = runRouter(providers, {
			parameters: { models: [first, helper], rules: [inOrder], options: {} },
			items: ['one', 'two', 'three'],
			...(line.modelId === null && { chatModels: { Deaf: deaf }, wired: ['Deaf'] }),
			signal: cancel.signal,
		});
		const calls = () => (line.modelId === null ? deaf.calls : providers.log);
		while (calls().length < 3) await pause(5);
		cancel.abort();
		const result = await running;
		expect(result.status).toBe('canceled');
		// Long before it would have come.
		const beganAt = calls()[0]!.at;
		expect(Date.now() - beganAt).toBeLessThan(2000);
		const seen = JSON.stringify(result.run);
		await pause(Math.max(0, beganAt + 3000 - Date.now()));
		// The answer was not used, no other model was called, and no error went unhandled.
		expect(JSON.stringify(result.run)).toBe(seen);
		expect(providers.attempts(line.helper.modelId)).toEqual([]);
		expect(providers.log.every(({ aborted, endedAt }) => aborted && endedAt! - beganAt < 2000)).toBe(true);
		expect(calls()).toHaveLength(3);
		expect(providers.inFlight).toBe(0);
		expect(unhandled).toEqual([]);
	});
});
