import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model, runRouter } from '../workflow';
import type { INodeExecutionData } from 'n8n-workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

/** The smallest PNG and a PDF's first line. */
const PNG =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4\n').toString('base64');

const image = { data: PNG, mimeType: 'image/png', fileName: 'car.png' };
const pdf = { data: PDF, mimeType: 'application/pdf', fileName: 'invoice.pdf' };

const item = (binary: INodeExecutionData['binary'], prompt = 'What do you see?'): INodeExecutionData => ({
	json: { prompt },
	...(binary && { binary }),
});

const gpt = model('gpt', 'openAi', 'gpt-4o-mini');
const claude = model('claude', 'anthropic', 'claude-haiku-4-5');
const gem = model('gem', 'gemini', 'gemini-2.5-flash');
const local = model('local', 'openAiCompatible', 'qwen2.5-vl-7b');

test.each([
	['openAi', gpt, `data:image/png;base64,${PNG}`, `data:application/pdf;base64,${PDF}`],
	['anthropic', claude, `"media_type":"image/png","data":"${PNG}"`, `"data":"${PDF}"`],
	['gemini', gem, `"data":"${PNG}"`, `"data":"${PDF}"`],
	['openAiCompatible', local, `data:image/png;base64,${PNG}`, null],
])('an image and a PDF reach %s in its own form', async (_, entry, asImage, asPdf) => {
	const result = await runRouter(providers, {
		parameters: { models: [entry], options: { attachments: 'photo, scan' } },
		items: [item({ photo: image, other: image }), ...(asPdf === null ? [] : [item({ scan: pdf })])],
	});
	expect(result.error).toBeNull();
	expect(result.left.Failed).toBeUndefined();
	const bodies = providers.log.map(({ body }) => JSON.stringify(body).replaceAll('\\', ''));
	expect(bodies.filter((body) => body.split(asImage).length === 2)).toHaveLength(1);
	if (asPdf !== null) expect(bodies.some((body) => body.includes(asPdf))).toBe(true);
	expect(result.record(0).classification).toMatchObject({ contains: ['image'] });
});

test('rules see what is attached, without a model being asked', async () => {
	const result = await runRouter(providers, {
		parameters: {
			mode: 'route',
			outputs: 'routes',
			models: [gpt],
			rules: [
				{ name: 'Pictures', match: { contains: ['image'] } },
				{ name: 'Documents', match: { contains: ['document'] } },
			],
			options: { attachments: 'photo, scan' },
		},
		items: [item({ photo: image }), item({ scan: pdf }), item(undefined)],
	});
	expect(result.left).toEqual({ Pictures: [0], Documents: [1], Default: [2] });
});

test('a model that cannot take the attachment is passed over; with nobody left the item fails', async () => {
	const text = model('text', 'openAi', 'gpt-3.5-turbo');
	const run = async (models: object[]) =>
		await runRouter(providers, {
			parameters: { models, rules: [inOrder], options: { attachments: 'photo' } },
			items: [item({ photo: image })],
		});
	const passed = await run([text, gem]);
	expect(passed.left).toEqual({ Answered: [0] });
	expect(passed.record(0)).toMatchObject({
		model: 'gem',
		reason: expect.stringContaining('text (it cannot take images)'),
	});
	expect(passed.hints('Router')).toMatchObject([
		{ message: '1 of 2 models can read images: "text" was passed over for 1 item', type: 'info' },
	]);
	const failed = await run([text]);
	expect(failed.left).toEqual({ Failed: [0] });
	expect(failed.failure(0)).toEqual({
		category: 'invalidRequest',
		message: expect.stringMatching(/cannot take images.*Add a model/),
	});
});

test('a file that no model reads fails its item, by name', async () => {
	const result = await runRouter(providers, {
		parameters: { models: [gpt], options: { attachments: 'archive' } },
		items: [item({ archive: { data: PNG, mimeType: 'application/zip' } }), item(undefined)],
	});
	expect(result.left).toEqual({ Failed: [0], Answered: [1] });
	expect(result.failure(0)).toEqual({
		category: 'invalidRequest',
		message: expect.stringMatching(/"archive".*application\/zip/),
	});
});

test('a field that no item has is told by a hint; one that some have is not', async () => {
	const result = await runRouter(providers, {
		parameters: { models: [gpt], options: { attachments: 'photo, phtoo' } },
		items: [item({ photo: image }), item(undefined)],
	});
	expect(result.left).toEqual({ Answered: [0, 1] });
	expect(result.hints('Router')).toMatchObject([{ message: expect.stringMatching(/"phtoo".*Attachments/) }]);
	expect(result.hints('Router')[0]?.message).not.toContain('"photo"');
});

test('a name that every object has is no file, and too much is said before it is read', async () => {
	const file = { data: 'A'.repeat(34_000_000), mimeType: 'image/png', fileName: 'scan.png' };
	const result = await runRouter(providers, {
		parameters: { models: [gpt], options: { attachments: 'constructor, __proto__, photo, scan, toString' } },
		items: [item({ photo: image }), item({ photo: file, scan: file })],
	});
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ Answered: [0], Failed: [1] });
	expect(result.all[1]!.json.error).toMatchObject({
		category: 'invalidRequest',
		message: expect.stringContaining('The attached files have 51 MB together, and at most 50 MB'),
	});
});
