/** A SQLite file shared by several processes: opening, migrating, and setting it aside if broken. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { StateBusy } from '../terms';
import { MIGRATIONS } from './schema';

/**
 * Pages in the log before a checkpoint, which waits for the disk. SQLite's default of 1,000 would be reached every few hundred
 * budgeted calls; this is about 16 MB.
 */
const CHECKPOINT_PAGES = 4_000;

/** Primary result codes: https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** Too big, constraint, mismatch, range. */
const VALUE_CODES: ReadonlySet<number> = new Set([18, 19, 20, 25]);

export interface SqliteFile {
	db: DatabaseSync;
	path: string;
	/** Inode, to notice that the file was replaced. */
	fileNumber: number;
	/** Inode of its log; null as long as there is none. */
	logNumber: number | null;
}

/** The file was written by a later version of this package. */
export class NewerLedger extends Error {}

/**
 * Opens or creates the file and its folder, and migrates it.
 * @param blockMs how long each call waits for other processes, blocking this one
 * @throws NewerLedger, and what the file system or SQLite throws
 */
export function openSqliteFile(path: string, blockMs: number): SqliteFile {
	createFolder(dirname(path));
	// Loaded on first use, but synchronously, as the last flush of a process cannot wait.
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

/** Level by level, as `recursive` of Node.js loops for ever where a file system reports ENOENT for a child of an existing folder. */
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

/** @throws StateBusy if others hold the file */
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

/** SQLite itself rolls back after some errors. */
function rollBack(db: DatabaseSync): void {
	try {
		db.exec('ROLLBACK');
	} catch {
		// Already rolled back; the caller throws the original error.
	}
}

/** SQLite's code of an error, 0 if none. By its shape, as Node.js's errors are no instances of a sandbox's `Error`. */
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

/** `exchanged`: the path is another file now; `cut`: the log was removed or replaced. */
export function placeOf(file: SqliteFile): 'in place' | 'exchanged' | 'cut' {
	if (numberOf(file.path) !== file.fileNumber) return 'exchanged';
	const logNumber = numberOf(logOf(file.path));
	file.logNumber ??= logNumber;
	return logNumber === file.logNumber ? 'in place' : 'cut';
}

/** Inode; null if there is none or it cannot be read. */
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

/** Whether the error is due to the values and not the file: another file would not help. */
export function isOfValue(error: unknown): boolean {
	if (error instanceof RangeError || error instanceof TypeError) return true;
	const code = resultCode(error);
	return VALUE_CODES.has(code) || (typeof error === 'object' && error !== null && isNodeCode(error));
}

function isNodeCode(error: object): boolean {
	return 'code' in error && (error.code === 'ERR_INVALID_ARG_TYPE' || error.code === 'ERR_OUT_OF_RANGE');
}

/**
 * Renames a broken file and its log, unless another process has done so. @param fileNumber inode of the broken file
 * @returns the new name; null if nothing was moved
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
