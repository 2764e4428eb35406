import type { Surroundings } from '../../types';
import { breatheWith } from '../../text/pieces';
import { overBooks } from '../books';
import { LocalSemaphores } from '../semaphore';
import type { State } from '../terms';
import { Home } from './home';
import { Line } from './line';
import { SharedFacts } from './sharedFacts';

/** How long a call waits for other processes, in ms. Callers with more patience retry. */
const PATIENCE_MS = 1_000;

/** On process exit: number of tries, and how long each blocks on the file, in ms. */
const LAST_TRIES = 20;
const LAST_WAIT_MS = 250;

export interface SqliteOptions {
	/** Where `ledger.sqlite` is kept; created where it is missing. */
	folder: string;
	surroundings: Surroundings;
}

/** State in a file shared by all processes of this machine, opened on first use. */
export function createSqliteState({ folder, surroundings }: SqliteOptions): State {
	const home = new Home(folder, surroundings);
	const line = new Line(surroundings);
	const facts = new SharedFacts((work) => home.peek((backend) => work(backend.facts)), line, surroundings);
	const now = (work: () => void) => {
		home.block(LAST_WAIT_MS);
		lastly(work);
	};
	return {
		facts,
		...overBooks(
			{
				read: (work) => line.read(() => home.use(work), PATIENCE_MS),
				write: (work) => line.write(() => home.use(work), PATIENCE_MS),
				writeNow: (work) => now(() => home.use(work)),
			},
			() => breatheWith({ now: surroundings.monotonic, sleep: surroundings.sleep }),
		),
		semaphores: new LocalSemaphores(surroundings),
		notices: () => home.notices,
		flush: () => facts.flush(),
		async close() {
			await facts.flush();
			home.close();
		},
		closeNow() {
			now(() => facts.flushNow());
			// Closing also moves the log's content into the file.
			home.close();
		},
	};
}

/** Nothing may be thrown during process exit. */
function lastly(work: () => void): void {
	for (let tries = 0; tries < LAST_TRIES; tries++) {
		try {
			return work();
		} catch {
			// Another process holds the file.
		}
	}
}
