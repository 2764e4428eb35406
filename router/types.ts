/**
 * The nouns that the rooms of the engine share, a file a subject. No logic lives here but the two error classes,
 * which have to be classes because they are thrown across rooms.
 */
export * from './types/answer';
export * from './types/classification';
export * from './types/decision';
export * from './types/failures';
export * from './types/limits';
export * from './types/model';
export * from './types/money';
export * from './types/policy';
export * from './types/request';
export * from './types/spending';
export * from './types/surroundings';
export * from './types/time';
export * from './types/usage';
