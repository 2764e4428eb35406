import { fold, isWord } from '../../text/characters';

const CONTEXT_KINDS = ['phone', 'card', 'ip', 'version', 'socialSecurity', 'other'] as const;
export type ContextKind = (typeof CONTEXT_KINDS)[number];
const NEVER = -1_000;

/** Words that people write before a number to say what it is. */
const WORDS: Record<ContextKind, string> = {
	phone:
		'reachable reached kontakt kontaktieren erreichbar erreichen erreiche erreichst contacto contactar contattare contatto contato joindre joignable telefonisch bereiken bereikbaar dzwonić dzwoń komórkę telefonu ara arayın telefonum numaram cep zavolejte volejte ring ringa ringe puhelin звонить перезвоните связи phone telephone phones mobile mob cell cellphone call calls calling tel fax whatsapp sms text ring dial contact reach ph landline ' +
		'telefon telefonnummer handy handynummer rufnummer ruf anruf anrufen mobil mobilnummer mobiltelefon durchwahl rückruf nummer téléphone tél portable appeler appelez appel ' +
		'teléfono telefono móvil movil llamar llame llámame celular cellulare chiamare chiama chiamami telefone ligar ligue telemóvel telefoon ' +
		'telefoonnummer bel bellen mobiel komórka komórkowy zadzwoń numer телефон тел звони звоните позвоните номер мобильный 电话 手机 電話 携帯 号码',
	card: 'card cards visa mastercard amex credit debit cc karte kreditkarte kartennummer carte tarjeta carta cartão kaart creditcard karta карта карты 卡号 信用卡',
	ip: 'ip ips ipv4 ipv6 address addresses adresse host hosts server ping client login logged dirección indirizzo adres subnet gateway',
	socialSecurity: 'ssn ssns social security',
	other:
		'order orders invoice invoices ticket case account accounts customer article item sku serial reference ref id ids tracking parcel siren siret vat nip regon krs ein nif cif nie bsn kvk isbn ean imei bestellung bestellnummer rechnung rechnungsnummer kundennummer auftrag auftragsnummer commande facture pedido factura ordine fattura pedidos fatura zamówienie zamówienia faktura faktury konto konta sifariş sipariş заказ счёт счет population amount total sum budget revenue',
	version:
		'v ver version versions versie versione versión versão release build firmware driver chrome section chapter clause update upgrade kapitel abschnitt',
};

/** Han words are written without spaces, so their last two characters are looked up instead. */
const KINDS = new Map<number, number>();
CONTEXT_KINDS.forEach((kind, place) => {
	for (const word of WORDS[kind].split(' ')) KINDS.set(hash(word, 0, word.length), place);
});

/** No query looks further back than this, in characters. */
const FURTHEST = 96;

/**
 * Answers "is there a word of this kind shortly before here?" for increasing positions. It reads no character twice,
 * so a text full of candidates still takes only one pass.
 */
export class ContextWords {
	private readTo = 0;

	/** End of the last word of each kind, indexed as in `CONTEXT_KINDS`; far away if there was none. */
	private readonly lastEnd = CONTEXT_KINDS.map(() => NEVER);

	constructor(private readonly text: string) {}

	/** Whether a word of `kind` ends within `distance` (at most 64) characters before `position`. */
	endsWithin(kind: ContextKind, position: number, distance: number): boolean {
		this.readUpTo(position);
		return position - this.lastEnd[CONTEXT_KINDS.indexOf(kind)] <= distance;
	}

	private readUpTo(position: number): void {
		const { text } = this;
		let i = Math.max(this.readTo, position - FURTHEST);
		while (i < position) {
			const from = i;
			let key = 0;
			let code = text.charCodeAt(i);
			// Digits and most signs come before the letters.
			if (code < 65) {
				i++;
				continue;
			}
			for (; isLetter(code) && i < position; code = text.charCodeAt(++i))
				key = (Math.imul(key, 31) + fold(code)) | 0;
			if (i === from) i++;
			else {
				const kind =
					KINDS.get(key) ?? (text.charCodeAt(from) > 0x3000 ? KINDS.get(hash(text, i - 2, i)) : undefined);
				if (kind !== undefined) this.lastEnd[kind] = i;
			}
		}
		this.readTo = Math.max(this.readTo, position);
	}
}

function isLetter(code: number): boolean {
	return isWord(code) && (code < 48 || code > 57) && code !== 95;
}

function hash(text: string, from: number, to: number): number {
	let key = 0;
	for (let i = from; i < to; i++) key = (Math.imul(key, 31) + fold(text.charCodeAt(i))) | 0;
	return key;
}
