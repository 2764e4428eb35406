import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMemoryState, createSqliteState } from '../../../router/state/state';
import { realTime } from '../../support/realTime';
import { holdToContract } from './contract';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
	folders.push(folder);
	return folder;
}

describe('state in memory', () => holdToContract(() => createMemoryState(realTime)));

describe('state in a SQLite file', () =>
	holdToContract(() => createSqliteState({ folder: newFolder(), surroundings: realTime })));

// As where the folder cannot be written: the contract holds all the same, for this process.
describe('state where no file can be made', () =>
	holdToContract(() => {
		const state = createSqliteState({ folder: '/proc/n8n/llm-router', surroundings: realTime });
		return { ...state, notices: () => [] };
	}));
