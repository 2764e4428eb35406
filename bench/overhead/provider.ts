/**
 * An endpoint that speaks OpenAI's chat completions and answers at once, always the same: what a call costs beyond it is
 * the caller's. Its answers are rendered beforehand, so that it is not the bottleneck at 50 calls at once.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bytes of the answer, and ms before it; absent: a short sentence at once. */
const [bytes, latencyMs] = process.argv.slice(2).map(Number);
const SENTENCE =
	'The invoice 2231 of 14 March comes to 418.20 EUR and is due within thirty days of its date.';
const TEXT = bytes > 0 ? SENTENCE.repeat(Math.ceil(bytes / SENTENCE.length)).slice(0, bytes) : SENTENCE;
const USAGE = {
	prompt_tokens: 24,
	completion_tokens: 23,
	total_tokens: 47,
	prompt_tokens_details: { cached_tokens: 0 },
	completion_tokens_details: { reasoning_tokens: 0 },
};
const HEAD = {
	id: 'chatcmpl-bench',
	created: 1_764_000_000,
	model: 'gpt-4o-mini',
	system_fingerprint: 'fp_1',
};

const event = (choices: object[], usage?: object): string =>
	`data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices, ...(usage && { usage }) })}\n\n`;
const delta = (part: object, reason: string | null = null): object => ({
	index: 0,
	delta: part,
	logprobs: null,
	finish_reason: reason,
});

/** Word by word; a long answer in larger pieces. */
const parts = TEXT.match(bytes > 0 ? /[^]{1,500}/g : /\s*\S+/g) ?? [];
const stream = Buffer.from(
	[
		event([delta({ role: 'assistant', content: '', refusal: null })]),
		...parts.map((content) => event([delta({ content })])),
		event([delta({}, 'stop')]),
		event([], USAGE),
		'data: [DONE]\n\n',
	].join(''),
);
const message = { role: 'assistant', content: TEXT, refusal: null, annotations: [] };
const whole = Buffer.from(
	JSON.stringify({
		...HEAD,
		object: 'chat.completion',
		choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
		usage: USAGE,
	}),
);

const server = createServer((request, response) => {
	const pieces: Buffer[] = [];
	request.on('data', (piece: Buffer) => pieces.push(piece));
	request.on('end', () => {
		const isStream = /"stream":\s*true/.test(Buffer.concat(pieces).toString('latin1'));
		const body = isStream ? stream : whole;
		const type = isStream ? 'text/event-stream; charset=utf-8' : 'application/json';
		const answer = (): void => {
			response.writeHead(200, { 'content-type': type, 'content-length': body.length });
			response.end(body);
		};
		if (latencyMs > 0) setTimeout(answer, latencyMs);
		else answer();
	});
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
	const { port } = server.address() as AddressInfo;
	process.send?.({ ready: { url: `http://127.0.0.1:${port}/v1`, text: TEXT } });
});
process.once('disconnect', () => process.exit());
