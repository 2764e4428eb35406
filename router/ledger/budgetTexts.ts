/** Messages about budgets. */
import type { Account, AccountKey } from '../state/state';
import type { Failure, Model, NanoDollars, Period } from '../types';
import { formatUsd } from '../money/cost';
import { localTime } from './periods';

/** How often a limit holds, in words. */
export const PER: Readonly<Record<Period, string>> = {
	execution: 'an execution',
	hour: 'an hour',
	day: 'a day',
	month: 'a month',
};

/** An account, and what people call its scope where nobody gave it a name. */
export type NamedAccount = Account & { whose?: string };

export function exceededFailure(account: NamedAccount, mostNano: NanoDollars, timeZone: string): Failure {
	const spent = `${formatUsd(account.spentNano)} is spent, and this call could cost ${formatUsd(mostNano)}`;
	return overBudget(`${capital(nameOf(account))} leaves no room: ${spent}. ${resets(account, timeZone)}`);
}

/** The spend would fit, but reservations of calls under way did not end in time. */
export function heldFailure(account: NamedAccount, mostNano: NanoDollars, timeZone: string): Failure {
	const spent = `${formatUsd(account.spentNano)} is spent and ${formatUsd(account.reservedNano)} held by calls under way`;
	return overBudget(
		`${capital(nameOf(account))} left no room in time: ${spent}; this call could cost ${formatUsd(mostNano)}. ` +
			resets(account, timeZone),
	);
}

export function itemLimitFailure(
	limitNano: NanoDollars,
	usedNano: NanoDollars,
	mostNano: NanoDollars,
): Failure {
	return overBudget(
		`Max Cost per Item is ${formatUsd(limitNano)}: ${formatUsd(usedNano)} of it is used, and this call could cost ${formatUsd(mostNano)}.`,
	);
}

export function unknownPriceFailure({ alias }: Model): Failure {
	return overBudget(
		`No price is known for "${alias}", so it cannot be held to a budget. Set its Input Price and Output Price with ` +
			'Add Setting under Models, or turn on Options → Allow Unknown Price.',
	);
}

export function busyFailure(): Failure {
	return overBudget('The budgets could not be read in time, as other processes were using them. Try again.');
}

export function warningText(account: NamedAccount, timeZone: string): string {
	const { spentNano, limitNano } = account;
	const percent = limitNano > 0 ? `${Math.floor((100 * spentNano) / limitNano)} %` : 'all';
	return `${capital(nameOf(account))} is ${percent} spent (${formatUsd(spentNano)}). ${resets(account, timeZone)}`;
}

/** `the budget of $5.00 a day for "customer-42"` */
function nameOf({ limitNano, period, scope, whose = `"${scope.slice(0, 60)}"` }: NamedAccount): string {
	return `the budget of ${formatUsd(limitNano)} ${PER[period]}${scope === '' ? '' : ` for ${whose}`}`;
}

function resets({ resetsAt }: AccountKey, timeZone: string): string {
	if (resetsAt === null) return 'It begins anew with the next execution.';
	return `It resets at ${localTime(resetsAt, timeZone)} (${timeZone}).`;
}

function overBudget(message: string): Failure {
	return { category: 'overBudget', message };
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
