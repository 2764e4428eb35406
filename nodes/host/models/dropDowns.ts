/** What the drop-downs of models show; who shows it loads when one is opened, not when n8n starts. */
import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';

export const dropDowns = {
	loadOptions: {
		async getAliases(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
			return await (await import('./methods')).getAliases.call(this);
		},
		async getJudges(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
			return await (await import('./methods')).getJudges.call(this);
		},
		async getStrategies(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
			return await (await import('./methods')).getStrategies.call(this);
		},
	},
	listSearch: {
		async searchModels(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
			return await (await import('./methods')).searchModels.call(this, filter);
		},
	},
};
