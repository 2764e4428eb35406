import type { IExecuteFunctions } from 'n8n-workflow';

import { compileSchema } from '../../router/failover/failover';
import { togetherAsync } from '../../router/policy/policy';
import type { ChatRequest } from '../../router/types';
import { beginningKey } from '../../router/walk/promptCaching';
import type { Policy } from '../../router/walk/walk';
import { hostEngine } from '../host/engine';
import { hostOf, type Host } from '../host/host';
import { Panel } from '../host/panel/panel';
import type { Details, Options, RuleParameters } from '../host/panel/parameters';
import { PolicySource } from '../host/policy';
import { defaultDetails } from './details';
import { Sessions } from './memory';
import { requestOf } from './request';

/** All that can be settled for an item before a model is asked. */
export interface Prepared {
	request: ChatRequest;
	policy: Policy;
	rules: RuleParameters[];
	options: Options;
}

/** One run of the node: its panel, and what the panel says for each item. */
export class Preparation {
	readonly host: Host;

	readonly panel: Panel;

	/** Used where the option Details is not set. */
	readonly details: Details;

	readonly sessions: Sessions;

	private readonly policies: PolicySource;

	private readonly itemCount: number;

	/** Number of items, by the hash of how their requests begin. */
	private readonly beginnings = new Map<string, number>();

	/** @throws ConfigurationError where a setting that is the same for all items cannot be used */
	constructor(context: IExecuteFunctions) {
		const { now, random } = hostEngine().surroundings;
		this.host = hostOf(context, () => `${now()}-${random()}`);
		this.panel = new Panel(this.host);
		this.details = defaultDetails(context);
		this.sessions = new Sessions(context);
		this.policies = new PolicySource(this.host, this.panel.shape);
		this.itemCount = context.getInputData().length;
	}

	/** @throws ConfigurationError where a setting cannot work */
	async prepare(itemIndex: number): Promise<Prepared> {
		const values = this.panel.values(itemIndex);
		const [policy, request] = await togetherAsync(
			this.policies.policyOf(values),
			this.request(itemIndex, values.options),
		);
		const key = beginningKey(request);
		this.beginnings.set(key, (this.beginnings.get(key) ?? 0) + 1);
		return { request, policy, rules: values.rules, options: values.options };
	}

	private async request(itemIndex: number, options: Options): Promise<ChatRequest> {
		const request = requestOf(this.panel.prompt(itemIndex), options);
		if (request.format.type === 'json' && request.format.schema) {
			await compileSchema(request.format.schema, hostEngine().surroundings.work);
		}
		return request;
	}

	/** How many items of this run share the beginning of this request. Without expressions all do, prepared or not. */
	sharersOf(request: ChatRequest): number {
		return this.panel.isConstant ? this.itemCount : (this.beginnings.get(beginningKey(request)) ?? 1);
	}
}
