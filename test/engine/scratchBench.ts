import { model, runRouter } from './scratchWorkflow';
import { fork } from 'node:child_process';
import { once } from 'node:events';
async function main() {
	const child = fork(__dirname + '/scratchServer.ts', { execArgv: ['--import', 'tsx'] });
	const [{ url }] = await once(child, 'message') as [{ url: string }];
	const providers = { baseUrl: (e: string) => `${url}/${e}${e === 'openai' || e.startsWith('comp') ? '/v1' : ''}` } as never;
	for (const [provider, id] of [['openAi','gpt-4o-mini'],['anthropic','claude-haiku-4-5'],['gemini','gemini-2.5-flash'],['openAiCompatible','llama']] as const) {
		if (process.argv[2] && process.argv[2] !== provider) continue;
		await runRouter(providers, { parameters: { models: [model('m', provider, id)] }, items: ['hi', 'ho'] });
		const out: unknown[] = [];
		for (let i = 0; i < Number(process.argv[3] ?? 6); i++) {
			const cpu = process.cpuUsage();
			const r = await runRouter(providers, { parameters: { models: [model('m', provider, id)], options: { concurrency: 50 } }, items: Array.from({ length: 200 }, (_, i) => `Question ${i}: what is the capital of country number ${i}?`) });
			const used = process.cpuUsage(cpu);
			child.send({});
			const [{ peak }] = await once(child, 'message') as [{ peak: number }];
			out.push([Math.round(r.ms), peak, r.left.Answered?.length, Math.round((used.user + used.system) / 1000)]);
		}
		console.log(provider, '[ms, peak, answered, cpu ms]', JSON.stringify(out));
	}
	child.kill();
	process.exit(0);
}
void main();
