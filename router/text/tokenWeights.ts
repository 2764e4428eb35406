export const TOKEN_WEIGHTS = '';
