/**
 * Types that the folders of the engine share. The only logic is the two error classes, which are thrown in one folder
 * and caught in another.
 */
export * from './types/answer';
export * from './types/classification';
export * from './types/decision';
export * from './types/embedding';
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
