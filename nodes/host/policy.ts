import { intentMatcher } from '../../router/classify/classify';
import { DEFAULTS, type FailoverSettings } from '../../router/failover/failover';
import { compileRules, intentsOf, reachableAliases, together } from '../../router/policy/policy';
import { ConfigurationError } from '../../router/types';
import type { Policy } from '../../router/walk/walk';
import { governanceOf } from './hints/governed';
import type { Host } from './host';
import { embedderOf } from './models/embedder';
import { ModelSource } from './models/models';
import type { PanelValues } from './panel/panel';
import type { Options, Shape } from './panel/parameters';
import { savingsOf } from './savings';

/** The panel's models and rules in the engine's terms. */
type Compiled = Pick<Policy, 'models' | 'rules' | 'intents' | 'judge'>;

/** Makes the engine's policy of the panel's settings, for one run of a node. */
export class PolicySource {
	private readonly models: ModelSource;

	/** Models and rules of the item before, used again while the panel holds the same for the next. */
	private latest: { values: PanelValues; compiled: Compiled } | undefined;

	constructor(
		private readonly host: Host,
		private readonly shape: Shape,
	) {
		this.models = new ModelSource(host, shape.providers, shape.credentialSource);
	}

	/** @throws ConfigurationError where the settings cannot work */
	async policyOf(values: PanelValues): Promise<Policy> {
		const { mode, noMatch } = this.shape;
		const { options } = values;
		const compiled = await this.compiled(values);
		const needsEmbedder = options.embeddingModel !== '' && (compiled.intents?.intents.length ?? 0) > 0;
		return {
			mode,
			noMatch,
			...compiled,
			embedder: needsEmbedder ? await embedderOf(options, this.models, compiled.models) : undefined,
			preference: values.preference,
			minConfidence: options.minConfidence,
			redactPersonalData: options.redactPersonalData,
			blockPromptInjection: options.blockPromptInjection,
			cacheTtlMs: options.cacheTtl * 1000,
			failover: failoverSettings(options, !this.host.isManual),
			...savingsOf(options),
			...governanceOf(options, this.host.workflow),
		};
	}

	private async compiled(values: PanelValues): Promise<Compiled> {
		const { latest } = this;
		const isSame = latest?.values.models === values.models && latest.values.rules === values.rules;
		const compiled = isSame ? latest.compiled : await this.compile(values);
		this.latest = { values, compiled };
		return compiled;
	}

	private async compile({ models, rules }: PanelValues): Promise<Compiled> {
		const { mode, noMatch } = this.shape;
		if (mode === 'classify') return { models: [], rules: [] };
		if (models.length === 0) {
			throw new ConfigurationError('Models', 'The list of models is empty', 'Add at least one under Models');
		}
		const aliases = models.map(({ name }) => name);
		const reachable = mode === 'answer' ? reachableAliases(rules, noMatch, aliases) : [];
		const [{ judge, callable }, compiledRules] = together(
			() => {
				const judge = this.judgeAlias(aliases);
				const callable = new Set([...reachable, ...(judge === null ? [] : [judge])]);
				this.models.check(models, callable);
				return { judge, callable };
			},
			() => compileRules(rules, aliases),
		);
		const built = await this.models.build(models, callable);
		const judgeModel = built.find(({ alias }) => alias === judge);
		const { classifier: when } = this.shape;
		return {
			models: built,
			rules: compiledRules,
			intents: intentMatcher(intentsOf(compiledRules)),
			judge: judgeModel && when !== 'local' ? { model: judgeModel, when } : undefined,
		};
	}

	/** null: no model judges. */
	private judgeAlias(aliases: readonly string[]): string | null {
		const { classifier: kind, judgeModel } = this.shape;
		if (kind === 'local') return null;
		const alias = judgeModel || aliases[0];
		if (aliases.includes(alias)) return alias;
		throw new ConfigurationError(
			'Judge Model',
			`Judge Model names "${alias}", which is not in the Models list`,
			`Choose one of ${aliases.map((known) => `"${known}"`).join(', ')}, or add "${alias}" to the Models list`,
		);
	}
}

function failoverSettings(options: Options, heedCooldowns: boolean): FailoverSettings {
	const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
	return {
		...DEFAULTS,
		maxRetries: options.maxRetries,
		attemptTimeoutMs: options.attemptTimeout * 1000,
		firstTokenTimeoutMs: milliseconds(options.firstTokenTimeout),
		stallTimeoutMs: milliseconds(options.stallTimeout),
		totalTimeoutMs: options.totalTimeout * 1000,
		retryAfterPatienceMs: options.retryAfterPatience * 1000,
		hedgeAfterMs: milliseconds(options.hedgeAfter),
		breakerThreshold: options.breakerThreshold,
		breakerCooldownMs: options.breakerCooldown * 1000,
		fallbackOn: options.fallbackOn ? new Set(options.fallbackOn) : DEFAULTS.fallbackOn,
		heedCooldowns,
	};
}
