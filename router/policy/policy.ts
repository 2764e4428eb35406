/** The interface of this folder. */
export { dependenceOf } from './dependence';
export type { Dependence } from './dependence';
export { isAllowed } from './fits';
export { matchRule } from './match';
export { sortByPrice } from './ranking';
export type { Ranking, Speed } from './ranking';
export { chooseRoute } from './route';
export type { RouteInput } from './route';
export { compileRules, intentsOf, NO_MATCH_ROUTE, reachableAliases } from './rules';
export type { CompiledRule, NoMatch } from './rules';
export { SearchText } from './searchText';
export { rank } from './strategies';
export { together, togetherAsync } from './together';
export { hasTrait } from './traits';
