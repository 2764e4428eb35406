/** n8n's REST interface, as the editor uses it, for the one account there is. */
import { parse } from 'flatted';
import type {
	IConnections,
	IDataObject,
	INode,
	INodeListSearchItems,
	INodeListSearchResult,
	INodePropertyOptions,
	INodeTypeDescription,
	IRun,
	IRunExecutionData,
} from 'n8n-workflow';

export const OWNER = {
	email: 'demo@example.com',
	password: 'Simulated-1',
	firstName: 'Demo',
	lastName: 'User',
};

export interface WorkflowEntity {
	id: string;
	name: string;
	versionId: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IDataObject;
	pinData?: IDataObject;
}

export type NewWorkflow = Omit<WorkflowEntity, 'id' | 'versionId'> & { id?: string };

interface ExecutionEntity {
	id: string;
	status: IRun['status'];
	/** As n8n stores it: see the package `flatted`. */
	data: string;
}

export const FINISHED: ReadonlySet<string> = new Set(['success', 'error', 'canceled', 'crashed']);

export class N8nSession {
	private constructor(
		readonly url: string,
		private readonly cookie: string,
	) {}

	/** Makes the account where n8n has none yet. */
	static async open(url: string): Promise<N8nSession> {
		const { email, password } = OWNER;
		const setUp = await post(`${url}/rest/owner/setup`, OWNER);
		const response = setUp.ok
			? setUp
			: await post(`${url}/rest/login`, { emailOrLdapLoginId: email, password });
		const cookie = response.headers.getSetCookie().find((text) => text.startsWith('n8n-auth='));
		if (!cookie) throw new Error(`n8n let nobody in: ${response.status} ${await response.text()}`);
		return new N8nSession(url, cookie.split(';')[0]!);
	}

	async workflows(): Promise<Array<Pick<WorkflowEntity, 'id' | 'name'>>> {
		return await this.call('GET', '/rest/workflows?take=200');
	}

	async workflow(id: string): Promise<WorkflowEntity> {
		return await this.call('GET', `/rest/workflows/${id}`);
	}

	async createWorkflow(workflow: NewWorkflow): Promise<WorkflowEntity> {
		return await this.call('POST', '/rest/workflows', { active: false, ...workflow });
	}

	/** @returns how a node refers to it */
	async createCredential(
		name: string,
		type: string,
		data: IDataObject,
	): Promise<{ id: string; name: string }> {
		const { id } = await this.call<{ id: string }>('POST', '/rest/credentials', { name, type, data });
		return { id, name };
	}

	async setCredentialData(
		id: string,
		credential: { name: string; type: string; data: IDataObject },
	): Promise<void> {
		await this.call('PATCH', `/rest/credentials/${id}`, credential);
	}

	async credentials(): Promise<Array<{ id: string; name: string; type: string }>> {
		return await this.call('GET', '/rest/credentials');
	}

	async hasCredential(id: string): Promise<boolean> {
		return (await this.credentials()).some((credential) => credential.id === id);
	}

	/** Every node that n8n knows, as the editor gets them. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		const response = await fetch(`${this.url}/types/nodes.json`, { headers: { cookie: this.cookie } });
		if (!response.ok) throw new Error(`The list of nodes: ${response.status} ${await response.text()}`);
		return (await response.json()) as INodeTypeDescription[];
	}

	/** What a drop-down of a node's panel offers. */
	async dropDown(body: {
		nodeTypeAndVersion: { name: string; version: number };
		methodName: string;
		path: string;
		currentNodeParameters: IDataObject;
	}): Promise<INodePropertyOptions[]> {
		return await this.call('POST', '/rest/dynamic-node-parameters/options', body);
	}

	/** What the list of a resource locator offers: a model's, for one. */
	async listed(body: {
		nodeTypeAndVersion: { name: string; version: number };
		methodName: string;
		path: string;
		currentNodeParameters: IDataObject;
		credentials: INode['credentials'];
	}): Promise<INodeListSearchItems[]> {
		const path = '/rest/dynamic-node-parameters/resource-locator-results';
		return (await this.call<INodeListSearchResult>('POST', path, body)).results;
	}

	/** A file of an item, as text. */
	async file(id: string): Promise<string> {
		const query = new URLSearchParams({ id, action: 'download' });
		const response = await fetch(`${this.url}/rest/binary-data?${query}`, {
			headers: { cookie: this.cookie },
		});
		if (!response.ok) throw new Error(`The file ${id}: ${response.status} ${await response.text()}`);
		return await response.text();
	}

	/** From now on n8n listens on the workflow's webhooks. */
	async publish({ id, versionId }: WorkflowEntity): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
	}

	/** The run that a call of the webhook started, once it has ended. */
	async runByWebhook(workflow: WorkflowEntity, path: string, body: IDataObject): Promise<FinishedRun> {
		return await this.run(await this.startByWebhook(workflow, path, body), FINISHED);
	}

	/** @returns the execution's id */
	async startByWebhook({ id, name }: WorkflowEntity, path: string, body: IDataObject): Promise<string> {
		const before = new Set((await this.executions(id)).map((execution) => execution.id));
		await until('the webhook answers', 30_000, async () => {
			const { status } = await post(`${this.url}/webhook/${path}`, body);
			return status === 200 ? true : null;
		});
		const started = await until(`a run of "${name}" begins`, 30_000, async () =>
			(await this.executions(id)).find((execution) => !before.has(execution.id)),
		);
		return started.id;
	}

	/** The newest run of a workflow that something else has started. */
	async lastRun({ id, name }: Pick<WorkflowEntity, 'id' | 'name'>): Promise<FinishedRun> {
		const last = await until(`a run of "${name}" ends`, 60_000, async () =>
			(await this.executions(id)).find(({ status }) => FINISHED.has(status)),
		);
		return await this.run(last.id, FINISHED);
	}

	/** Waits until an execution has come to one of these states. */
	async run(id: string, states: ReadonlySet<string>, limitMs = 90_000): Promise<FinishedRun> {
		const { status, data } = await until(
			`execution ${id} is ${[...states].join(' or ')}`,
			limitMs,
			async () => {
				const execution = await this.call<ExecutionEntity>('GET', `/rest/executions/${id}`);
				return states.has(execution.status) ? execution : null;
			},
		);
		return { status, data: parse(data) as IRunExecutionData };
	}

	/** Runs as a click in the editor does. @returns the execution's id */
	async runByHand(id: string, body: IDataObject): Promise<string> {
		const { executionId } = await this.call<{ executionId: string }>(
			'POST',
			`/rest/workflows/${id}/run`,
			body,
		);
		return executionId;
	}

	async saveWorkflow({ id, ...changes }: Partial<WorkflowEntity> & { id: string }): Promise<WorkflowEntity> {
		return await this.call('PATCH', `/rest/workflows/${id}`, changes);
	}

	async executions(workflowId: string): Promise<Array<Pick<ExecutionEntity, 'id' | 'status'>>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.call<{ results: ExecutionEntity[] }>(
			'GET',
			`/rest/executions?filter=${filter}&limit=20`,
		);
		return results;
	}

	private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: { cookie: this.cookie, 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
		const { data } = (await response.json()) as { data: T };
		return data;
	}
}

export interface FinishedRun {
	status: IRun['status'];
	data: IRunExecutionData;
}

/** Asks again until there is an answer. @throws Error after `limitMs` */
export async function until<T>(
	what: string,
	limitMs: number,
	ask: () => Promise<T | null | undefined>,
): Promise<T> {
	const end = Date.now() + limitMs;
	for (;;) {
		const answer = await ask();
		if (answer !== null && answer !== undefined) return answer;
		if (Date.now() > end) throw new Error(`Waited ${limitMs / 1000} s in vain until ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

async function post(url: string, body: unknown): Promise<Response> {
	return await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}
