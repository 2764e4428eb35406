import type { INodeProperties } from 'n8n-workflow';

import { advancedOptions } from './options/advanced';
import { answerOptions } from './options/answer';
import { chatOptions } from './options/chat';
import { failureOptionProperties } from './options/failures';
import { limitOptions } from './options/limits';
import { privacyOptions } from './options/privacy';

/** By use, as the editor lists them: what most people set comes first. */
export const OPTION_GROUPS: ReadonlyArray<{ title: string; options: readonly INodeProperties[] }> = [
	{ title: 'Answer', options: answerOptions },
	{ title: 'Limits and costs', options: limitOptions },
	{ title: 'Chat', options: chatOptions },
	{ title: 'Failures', options: failureOptionProperties },
	{ title: 'Privacy', options: privacyOptions },
	{ title: 'Advanced', options: advancedOptions },
];

/** Everything that has a good default. */
export const optionProperties: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		// Those that most people set are there from the beginning; as they stand here they are as good as unset. The editor
		// takes a list that is `{}` away as soon as another option is set.
		default: { systemMessage: '', outputFormat: 'text', budgets: { values: [] } },
		options: OPTION_GROUPS.flatMap(({ options }) => options),
	},
];
