import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openGovernance } from '../../../router/state/governance';
import { holdToContract } from './ledgerContract';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
	folders.push(folder);
	return folder;
}

describe.each([
	['memory', () => null],
	['a SQLite file', newFolder],
])('the ledger in %s', (_, folderOf) => {
	holdToContract(() => openGovernance({ folder: folderOf(), now: Date.now, random: Math.random }));
});
