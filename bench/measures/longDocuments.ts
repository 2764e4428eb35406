/**
 * Texts of 1 to 50 kB with a one-line request above, below or around them, made from varied pieces by a seed: what is pasted
 * into prompts, in eight forms and four languages. The request says which task it is; what is pasted does not.
 */
import { TASKS, type Task } from '../../router/types';
import { pick, seeded, type Random } from '../../train/random';
import { LONG_REQUESTS } from './longRequests';

export interface LongDocument {
	prompt: string;
	task: Task;
	form: string;
	place: 'above' | 'below' | 'around';
}

const NAMES =
	'Ines Okafor|Bram de Wit|Lucía Prieto|Jonas Falk|Mei Tanaka|Piotr Zych|Amara Diallo|Theo Lindqvist'.split(
		'|',
	);
const FIRMS =
	'Halden Freight|Orchid & Sons|Kestrel Dental|Nordlys Hotel|Vela Print|Quarry Lane Foods|Tidewater Bikes'.split(
		'|',
	);
const THINGS =
	'pallet lift|guest room|crown mill|paper reel|brine tank|saddle post|drying rack|loading ramp|boiler'.split(
		'|',
	);

/** `{n}` a person, `{f}` a firm, `{t}` a thing, `{a}` an amount, `{d}` a date, `{h}` a time. */
const SENTENCES: Record<string, readonly string[]> = {
	en: [
		'{n} opened the round at {h} and asked for patience with the {t}.',
		'The offer of {f} came to {a} euros and expires on {d}.',
		'Nobody could say why the {t} had been moved without notice.',
		'We agreed to look at it again once {n} is back from leave.',
		'The old supplier wants {a} for the same quantity, carriage not included.',
		'On {d} the {t} stood still for three hours, which cost us an order.',
		'I would rather not decide this before we have spoken to {f}.',
		'As agreed by phone, the second delivery is split and sent at {h}.',
		'There were complaints about noise, about the price, and about the tone of the last letter.',
		'{n} pointed out that the figures of last spring are not comparable.',
		'If it rains, the inspection takes place in the hall and {n} brings the keys.',
		'Please find enclosed what we have received so far; two pages are hard to read.',
		'Can you let us know whether {d} suits you?',
		'Our people at {f} translate such papers themselves and then write a short report.',
		'The new rule begins on {d} and holds for all sites but the oldest.',
		'It was the third time that {n} had to calculate the same total by hand.',
	],
	de: [
		'{n} eröffnete die Sitzung um {h} und bat um Geduld wegen der Anlage.',
		'Das Angebot von {f} liegt bei {a} Euro und gilt bis {d}.',
		'Warum die Lieferung ohne Ankündigung umgeleitet wurde, weiß bisher niemand.',
		'Wir haben vereinbart, darüber noch einmal zu reden, wenn {n} wieder da ist.',
		'Die Wartung am {d} hat drei Stunden gedauert und uns einen Auftrag gekostet.',
		'Könnten Sie uns bitte mitteilen, ob Ihnen der Termin passt?',
		'Bei Regen findet die Abnahme in der Halle statt, {n} bringt die Schlüssel mit.',
		'Beigefügt finden Sie, was uns bisher vorliegt; zwei Seiten sind schlecht lesbar.',
	],
	fr: [
		'{n} a ouvert la réunion à {h} et demandé un peu de patience.',
		'L’offre de {f} s’élève à {a} euros et expire le {d}.',
		'Personne ne sait pourquoi la machine a été déplacée sans prévenir.',
		'Nous en reparlerons dès le retour de {n}.',
		'Le {d}, tout est resté à l’arrêt pendant trois heures.',
		'Pourriez-vous nous dire si la date vous convient ?',
		'Les voisins se sont plaints du bruit, du prix et du ton de la dernière lettre.',
	],
	es: [
		'{n} abrió la reunión a las {h} y pidió paciencia.',
		'La oferta de {f} asciende a {a} euros y vence el {d}.',
		'Nadie sabe por qué se movió la máquina sin avisar.',
		'Quedamos en volver a verlo cuando regrese {n}.',
		'El {d} todo estuvo parado tres horas y perdimos un pedido.',
		'¿Podrían decirnos si la fecha les viene bien?',
		'Hubo quejas por el ruido, por el precio y por el tono de la última carta.',
	],
};

const LINES_OF_CODE = [
	'export async function settle(order: Order): Promise<void> {',
	'  if (!order.lines.length) return;',
	'  const total = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);',
	'  await ledger.append({ id: order.id, total });',
	'}',
	'def ramp(levels, start=0):',
	'    for level in levels[start:]:',
	'        yield level * 1.05',
	'SELECT site, count(*) FROM stops WHERE minutes > 30 GROUP BY site;',
];

function fill(text: string, random: Random): string {
	const number = (to: number) => 1 + Math.floor(random() * to);
	const two = (value: number) => String(value).padStart(2, '0');
	return text.replace(/\{(\w)\}/g, (whole, slot: string) => {
		if (slot === 'n') return pick(NAMES, random);
		if (slot === 'f') return pick(FIRMS, random);
		if (slot === 't') return pick(THINGS, random);
		if (slot === 'a') return `${number(90)},${two(number(89))}0.${two(number(99))}`;
		if (slot === 'd') return `${number(28)}.${number(12)}.2025`;
		return slot === 'h' ? `${6 + number(14)}:${two(number(59))}` : whole;
	});
}

function until(size: number, next: () => string): string {
	let text = next();
	while (text.length < size) text += next();
	return text;
}

const sentence = (language: string, random: Random) => fill(pick(SENTENCES[language], random), random);

/** What is pasted, by its form. */
const FORMS: Record<string, (size: number, language: string, random: Random) => string> = {
	report: (size, language, random) =>
		until(size, () => `${sentence(language, random)} ${random() < 0.25 ? '\n\n' : ''}`),
	'one line': (size, language, random) => until(size, () => `${sentence(language, random)} `),
	mail: (size, language, random) => {
		const head = fill('From: {n}\nTo: {n}\nDate: {d}\nSubject: {t}\n\n', random);
		const body = until(size, () => `${sentence(language, random)}\n${random() < 0.3 ? '\n' : ''}`);
		return `${head}${body}\n${fill('Kind regards\n{n}\n{f}', random)}`;
	},
	'quoted mail': (size, language, random) =>
		until(size, () => `> ${sentence(language, random)}\n${random() < 0.2 ? '>\n' : ''}`),
	chat: (size, language, random) =>
		until(size, () => `${fill('[{h}] {n}', random)}: ${sentence(language, random)}\n`),
	table: (size, _language, random) =>
		'date;who;what;amount\n' + until(size, () => `${fill('{d};{n}', random)};${fill('{t};{a}', random)}\n`),
	json: (size, language, random) =>
		`[\n${until(size, () => `  {"at": "${fill('{d}', random)}", "by": "${pick(NAMES, random)}", "text": "${sentence(language, random)}"},\n`)}  {}\n]`,
	html: (size, language, random) =>
		`<html><body>\n${until(size, () => `<p>${sentence(language, random)}</p>\n${random() < 0.2 ? '<br/><hr/>\n' : ''}`)}</body></html>`,
	code: (size, _language, random) => `\`\`\`\n${until(size, () => `${pick(LINES_OF_CODE, random)}\n`)}\`\`\``,
	log: (size, _language, random) =>
		until(
			size,
			() =>
				`2025-06-${10 + Math.floor(random() * 20)}T0${Math.floor(random() * 9)}:12:44Z ${pick(['INFO', 'WARN', 'ERROR'], random)} ${fill('{t} took {a} ms', random)}\n`,
		),
};

/** How people separate a pasted text from their request. */
const SETTINGS: ReadonlyArray<(text: string) => string> = [
	(text) => text,
	(text) => text,
	(text) => `"""\n${text}\n"""`,
	(text) => `<document>\n${text}\n</document>`,
	(text) => `---\n${text}\n---`,
];
const AROUND = [
	'Here is what I got:',
	'See below.',
	'Context first.',
	'Hallo,',
	'Bonjour,',
	'This came in today.',
];

/** The same documents for the same seed: every task as often, sizes of 1 to 50 kB, each doubling as often. */
export function makeLongDocuments(count = 500, seed = 18): LongDocument[] {
	const random = seeded(seed);
	const forms = Object.keys(FORMS);
	return Array.from({ length: count }, (_, i) => {
		const task = TASKS[i % TASKS.length];
		const request = pick(LONG_REQUESTS[task], random);
		const form = forms[Math.floor(random() * forms.length)];
		const size = 1_000 * 50 ** random();
		const language = pick(Object.keys(SENTENCES), random);
		const text = pick(SETTINGS, random)(FORMS[form](size, language, random));
		const gap = random() < 0.7 ? '\n\n' : '\n';
		const dice = random();
		if (form === 'one line' && dice < 0.3)
			return { prompt: `${request} ${text}`, task, form, place: 'above' };
		if (dice < 0.4) return { prompt: `${request}${gap}${text}`, task, form, place: 'above' };
		if (dice < 0.8) return { prompt: `${text}${gap}${request}`, task, form, place: 'below' };
		return { prompt: `${pick(AROUND, random)}${gap}${text}${gap}${request}`, task, form, place: 'around' };
	});
}
