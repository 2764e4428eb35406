import { createAnswerCache } from '../../../router/state/answerCache';
import { describeAnswerCache } from './answerCacheContract';

describeAnswerCache('memory', createAnswerCache);
