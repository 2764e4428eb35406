import type { IBuilderHint } from 'n8n-workflow';

const EXAMPLE = `<patterns>
<pattern title="Code and contracts to the strong model, the rest where it is cheapest; one output for each rule">
const router = node({
  type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
  version: 1,
  config: {
    name: 'Smart LLM Router',
    parameters: {
      mode: 'answer',
      prompt: expr('{{ $json.chatInput }}'),
      providers: ['openAi', 'anthropic'],
      models: {
        values: [
          { name: 'small', provider: 'openAi', model: { __rl: true, mode: 'id', value: 'gpt-5.4-mini' } },
          { name: 'strong', provider: 'anthropic', model: { __rl: true, mode: 'id', value: 'claude-sonnet-4-6' } }
        ]
      },
      rules: {
        values: [
          { name: 'Coding', match: { taskTypes: ['coding'] }, models: ['strong', 'small'], strategy: 'priority' },
          { name: 'Legal', match: { taskTypes: ['legal'] }, models: ['strong'] }
        ]
      },
      outputs: 'routes'
    }
  }
});
// Outputs: 0 Default, 1 Fallback, 2 Failed, 3 Coding, 4 Legal. The answer is in $json.output, what happened in $json.router.
</pattern>
</patterns>`;

/** What n8n's assistant reads when it looks for a node and configures one. */
export const builderHint: IBuilderHint = {
	searchHint:
		'Use this node to send prompts to different LLMs by task, complexity, language, length or content, to pick the cheapest model that is good enough, or to fall back to another model or provider when one fails. It calls the models itself: no Text Classifier, Switch, Basic LLM Chain or retry loop around it. The answer is in $json.output, the model, cost and attempts are in $json.router. Items that no model could answer leave by the output Failed with $json.error.',
	inputs: { ai_languageModel: { required: false } },
	relatedNodes: [
		{
			nodeType: '@n8n/n8n-nodes-langchain.chatTrigger',
			relationHint: 'Starts a chat; the router reads $json.chatInput and can stream its answer to the chat',
		},
		{
			nodeType: '@n8n/n8n-nodes-langchain.agent',
			relationHint: 'Use instead when the model has to call tools; the router can be one of its tools',
		},
		{
			nodeType: 'n8n-nodes-base.switch',
			relationHint: 'Use instead to route items without any language model',
		},
	],
	extraTypeDefContent: [{ content: EXAMPLE, displayOptions: { show: { mode: ['answer'] } } }],
};
