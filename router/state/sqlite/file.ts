/** A SQLite file that several processes share: opened, migrated, and set aside where it is broken. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { StateBusy } from '../terms';
import { MIGRATIONS } from './schema';

/**
 * Pages of the log after which it is brought into the file, which waits for the disk. SQLite's own 1,000 are some hundred
 * budgeted calls; this is about 16 MB.
 */
const CHECKPOINT_PAGES = 4_000;

/** Result codes of SQLite (https://www.sqlite.org/rescode.html), of which the lowest byte is the primary one. */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** Too big, constraint, mismatch, range. */
const VALUE_CODES: ReadonlySet<number> = new Set([18, 19, 20, 25]);

export interface SqliteFile {
	db: DatabaseSync;
	path: string;
	/** The file's own number on its disk, by which a file that was exchanged under the same name is told. */
	fileNumber: number;
	/** The same of its log; null as long as it has none. */
	logNumber: number | null;
}

/** The file was written by a later version of this package. */
export class NewerLedger extends Error {}

/**
 * Opens or creates the file and brings it up to this version; its folder is created as well.
 * @param blockMs how long each call waits for other processes, which holds up this one meanwhile
 * @throws what the file system or SQLite throws; NewerLedger
 */
export function openSqliteFile(path: string, blockMs: number): SqliteFile {
	createFolder(dirname(path));
	// Loaded when first used; unlike `import()` at once, as the last flush of a process cannot wait.
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const db = new DatabaseSync(path, { timeout: blockMs });
	try {
		prepare(db);
		return { db, path, fileNumber: statSync(path).ino, logNumber: numberOf(logOf(path)) };
	} catch (error) {
		db.close();
		throw error;
	}
}

/** Level by level: where a file system says that a child of a folder cannot be, Node.js's `recursive` tries for ever. */
function createFolder(path: string): void {
	if (existsSync(path)) return;
	const parent = dirname(path);
	if (parent !== path) createFolder(parent);
	try {
		mkdirSync(path);
	} catch (error) {
		// Another process may have been faster.
		if (!existsSync(path)) throw error;
	}
}

/**
 * WAL lets others read while one writes. With `NORMAL` a commit outlives the process that made it; a power cut may
 * take the last ones but leaves the file whole (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
function prepare(db: DatabaseSync): void {
	db.exec('PRAGMA auto_vacuum = INCREMENTAL');
	db.exec('PRAGMA journal_mode = WAL');
	db.exec('PRAGMA synchronous = NORMAL');
	db.exec('PRAGMA cache_size = -8000');
	db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
	if (versionOf(db) === MIGRATIONS.length) return;
	inTransaction(db, () => {
		const version = versionOf(db);
		if (version > MIGRATIONS.length) {
			throw new NewerLedger(`it has version ${version}, this package knows up to ${MIGRATIONS.length}`);
		}
		for (const step of MIGRATIONS.slice(version)) db.exec(step);
		db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
	});
}

function versionOf(db: DatabaseSync): number {
	return Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** The work as one step that no other process interrupts. @throws StateBusy where others hold the file */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
	try {
		db.exec('BEGIN IMMEDIATE');
	} catch (error) {
		throw isBusy(error) ? new StateBusy({ cause: error }) : error;
	}
	try {
		const result = work();
		db.exec('COMMIT');
		return result;
	} catch (error) {
		rollBack(db);
		throw isBusy(error) ? new StateBusy({ cause: error }) : error;
	}
}

/** Some errors have SQLite roll back by itself. */
function rollBack(db: DatabaseSync): void {
	try {
		db.exec('ROLLBACK');
	} catch {
		// What broke off the work is told; that there was nothing left to undo is not.
	}
}

/** Told by its shape: an error of Node.js's own is no instance of a sandbox's `Error`. */
function resultCode(error: unknown): number {
	const isTold = typeof error === 'object' && error !== null && 'errcode' in error;
	return isTold ? Number(error.errcode) & 0xff : 0;
}

export function isBusy(error: unknown): boolean {
	const code = resultCode(error);
	return error instanceof StateBusy || code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

export function isBroken(error: unknown): boolean {
	const code = resultCode(error);
	return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** `exchanged`: the path leads to another file, as one was set aside; `cut`: its log was removed or exchanged. */
export function placeOf(file: SqliteFile): 'in place' | 'exchanged' | 'cut' {
	if (numberOf(file.path) !== file.fileNumber) return 'exchanged';
	const logNumber = numberOf(logOf(file.path));
	file.logNumber ??= logNumber;
	return logNumber === file.logNumber ? 'in place' : 'cut';
}

/** null: there is none, or it cannot be told. */
export function numberOf(path: string): number | null {
	try {
		return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
	} catch {
		return null;
	}
}

function logOf(path: string): string {
	return `${path}-wal`;
}

/** Whether a value that was to be written is at fault, and not the file: it would be no other in another file. */
export function isOfValue(error: unknown): boolean {
	if (error instanceof RangeError || error instanceof TypeError) return true;
	const code = resultCode(error);
	return VALUE_CODES.has(code) || (typeof error === 'object' && error !== null && isNodeCode(error));
}

function isNodeCode(error: object): boolean {
	return 'code' in error && (error.code === 'ERR_INVALID_ARG_TYPE' || error.code === 'ERR_OUT_OF_RANGE');
}

/**
 * Moves a broken file out of the way with what belongs to it, unless another process has done so: `fileNumber` is
 * that of the file found broken. @returns the new name, null where nothing had to be moved
 */
export function setAside(path: string, fileNumber: number | null, now: number): string | null {
	if (fileNumber === null || numberOf(path) !== fileNumber) return null;
	const stamp = new Date(now).toISOString().replace(/[:.]/g, '-');
	const aside = `${path}.broken-${stamp}`;
	renameSync(path, aside);
	if (existsSync(logOf(path))) renameSync(logOf(path), logOf(aside));
	rmSync(`${path}-shm`, { force: true });
	return basename(aside);
}
