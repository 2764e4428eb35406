/**
 * A process that writes: `tsx ledgerWriter.ts <folder> <how>`. `forever`: batches of 20 decisions, each told by a line
 * `written` when it is; `exit`: notes 1,234 decisions and calls `process.exit`; `end`: the same, and runs out.
 */
import { createLedger } from '../../../router/ledger/ledger';
import { createSqliteState } from '../../../router/state/state';
import { realTime } from '../../support/realTime';
import { decisionRow } from '../state/decisionRows';
import { decisionOf, ORIGIN } from './decisions';

const [folder, how] = process.argv.slice(2);
const state = createSqliteState({ folder, surroundings: realTime });

async function writeForever(): Promise<void> {
	// The chance of the rows is seeded, the time is not.
	for (let at = Date.now(); ; at += 1) {
		await state.ledger.append(Array.from({ length: 20 }, () => decisionRow(at)));
		process.stdout.write('written\n');
		await new Promise((resolve) => setImmediate(resolve));
	}
}

if (how === 'forever') void writeForever();
else {
	const ledger = createLedger(state.ledger, realTime);
	process.on('exit', () => ledger.flushNow());
	for (let i = 0; i < 1234; i++) ledger.record(decisionOf({ at: Date.now() }), ORIGIN);
	if (how === 'exit') process.exit(0);
}
