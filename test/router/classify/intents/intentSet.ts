/** Intents as users write them, and prompts that were written apart from the matcher. */
import type { Intent } from '../../../../router/types';

export interface IntentSet {
	intents: Intent[];
	/** By intent. */
	prompts: Record<string, string[]>;
	/** Of the same walks of life, with no intent that the set names. */
	others: string[];
}

const set = (
	intents: Record<string, string>,
	prompts: Record<string, string[]>,
	others: string[],
): IntentSet => ({
	intents: Object.entries(intents).map(([name, examples]) => ({ name, examples: examples.split('; ') })),
	prompts,
	others,
});

export const SUPPORT = set(
	{
		refund:
			'I want my money back; Please refund my last order; When will I get my refund?; I returned the shoes and have not been reimbursed; You charged me twice, give me the second payment back',
		cancellation:
			'Please cancel my subscription; I no longer want to be a member; How do I end my contract?; Stop the automatic renewal of my plan; I would like to close my account',
		delivery:
			'Where is my package?; My order has not arrived yet; The tracking number does not work; When will it be delivered?; The parcel is lost, the courier says it was handed over',
		password:
			'I cannot log in; I forgot my password; The reset link does not arrive; My account is locked after too many attempts; Two-factor code is not accepted',
		invoice:
			'Please send me the invoice for March; I need a receipt with our VAT number; The billing address on the invoice is wrong; Where can I download my bills?; Can you issue a corrected invoice?',
		demo: 'We would like to see a demo; Can someone from sales call me?; How much is the enterprise plan for 200 users?; I want to book a product presentation; Could we get an offer for our company?',
	},
	{
		refund: [
			'Hello, the blender I bought broke after two days. I have sent it back last week and am still waiting for my refund of 89 dollars. Regards, Tom',
			'i want a refund NOW',
			'You took the payment twice from my card. Please pay back one of them.',
			'How long until the money is back on my account after a return?',
		],
		cancellation: [
			'Hi team, please cancel my membership at the end of the month. Thanks',
			'I do not want the subscription to renew next year.',
			'how can i close my account and delete everything',
			'We have decided to end the contract for our team.',
		],
		delivery: [
			'my parcel still has not arrived, it was supposed to come on Tuesday',
			'The tracking page says delivered but there is no package at my door.',
			'Dear support,\n\nI ordered a lamp on 3 May (order 20031). When will the order be delivered?\n\nKind regards\nAnna',
			'Where is order 4711?',
		],
		password: [
			'The password reset email never arrives.',
			'cant log in since this morning, says my account is locked',
			'I have a new phone and the two-factor code is rejected now',
			'Forgot password, what now?',
		],
		invoice: [
			'Could you please send the invoices for April and May to our accountant?',
			'our VAT number is missing on the receipt',
			'I need a corrected bill, the address is wrong.',
			'Where do I find the invoice for my last order?',
		],
		demo: [
			'We are a company of 150 people and would like a presentation of your product.',
			'Please have someone from your sales team call me.',
			'What is the price of the enterprise plan?',
			'Can we book a demo for next week?',
		],
	},
	[
		'Do you have this jacket in blue?',
		'The handle of the pan came off when I used it for the first time.',
		'Write a short product description for a pair of running shoes.',
		'Translate this text into French: The meeting starts at nine.',
		'What is the capital of Australia?',
		'Your app crashes whenever I open the settings on Android 14.',
		'Are you hiring at the moment? I am a nurse with ten years of experience.',
		'Thanks a lot, that solved it!',
		'Write a Python function that removes duplicates from a list.',
		'Is the coffee machine compatible with reusable capsules?',
		'We would love to feature your founder in our podcast.',
		'Summarize the following report in five bullet points.',
		'Happy birthday to the whole team!',
		'The colour of the sofa is different from the picture on your website.',
		'What are your opening hours on Sunday?',
		'My neighbour recommended you, great service.',
		'Please forward this to Peter in accounting, he knows the details of the project.',
		'Can I use the drill on concrete?',
		'Tell me a joke about cats.',
		'How do I clean the filter of the vacuum cleaner?',
	],
);

export const GERMAN = set(
	{
		Kündigung:
			'Hiermit kündige ich meinen Vertrag; Ich möchte mein Abo beenden; Bitte bestätigen Sie meine Kündigung; Wie kann ich die Mitgliedschaft beenden?; Ich will nicht, dass sich der Vertrag verlängert',
		Termin:
			'Ich hätte gerne einen Termin; Kann ich am Freitag vorbeikommen?; Ich muss unseren Termin leider verschieben; Haben Sie nächste Woche noch etwas frei?; Bitte sagen Sie meinen Termin ab',
		Reklamation:
			'Die Ware ist beschädigt angekommen; Das Gerät funktioniert nicht; Ich möchte den Artikel umtauschen; Nach zwei Wochen ist es schon kaputt; In der Lieferung fehlt ein Teil',
		Bewerbung:
			'Hiermit bewerbe ich mich als Köchin; Anbei meine Bewerbungsunterlagen; Ist die Stelle noch frei?; Suchen Sie noch Aushilfen?; Mein Lebenslauf liegt im Anhang',
	},
	{
		Kündigung: [
			'Sehr geehrte Damen und Herren, ich kündige hiermit fristgerecht zum 31.12. mein Abonnement. Mit freundlichen Grüßen, Karl Weber',
			'wie beende ich mein abo?',
			'Bitte schicken Sie mir eine Bestätigung der Kündigung.',
		],
		Termin: [
			'Guten Tag, ich bräuchte einen Termin in der kommenden Woche, am liebsten Freitag.',
			'Können wir den Termin auf Montag verschieben?',
			'Ich muss für morgen leider absagen.',
		],
		Reklamation: [
			'Der Mixer funktioniert seit gestern nicht mehr.',
			'Das Paket kam beschädigt an und es fehlt eine Schraube.',
			'Ich würde die Schuhe gerne umtauschen, sie sind zu klein.',
		],
		Bewerbung: [
			'Sehr geehrte Frau Lang, anbei sende ich Ihnen meine Bewerbung mit Lebenslauf.',
			'Ist die Stelle als Fahrer noch zu haben?',
			'Suchen Sie Aushilfen für den Sommer?',
		],
	},
	[
		'Wann haben Sie am Samstag geöffnet?',
		'Vielen Dank für die schnelle Hilfe!',
		'Schreibe ein Gedicht über den Herbst.',
		'Wie hoch ist der Mont Blanc?',
		'Führen Sie auch Ersatzteile für ältere Modelle?',
		'Bitte fasse den folgenden Bericht zusammen.',
		'Unsere neue Anschrift lautet Gartenweg 5 in Ulm.',
		'Gibt es bei Ihnen Parkplätze?',
	],
);

export const MIXED = set(
	{
		refund:
			'I want my money back; Je veux être remboursé; Quiero que me devuelvan el dinero; 返金してください; 我要退款',
		appointment:
			'I would like to make an appointment; Je voudrais prendre rendez-vous; Quisiera pedir una cita; 予約をしたいです; 我想预约',
		hours:
			'What are your opening hours?; Quels sont vos horaires ?; ¿A qué hora abren?; 営業時間は何時ですか; 你们几点开门',
	},
	{
		refund: [
			'Bonjour, quand serai-je remboursé de ma commande ?',
			'¿Cuándo me devuelven el dinero de mi pedido?',
			'先週返品した商品の返金はいつですか。返金してほしいです。',
			'请问什么时候可以退款',
		],
		appointment: [
			'Bonjour, je souhaite prendre un rendez-vous pour mardi.',
			'Necesito una cita para el lunes por la mañana',
			'来週の火曜日に予約したいのですが',
			'我想预约明天下午',
		],
		hours: [
			'Vos horaires du dimanche ?',
			'¿A qué hora abren los domingos?',
			'日曜日の営業時間を教えてください',
			'周日几点开门',
		],
	},
	[
		'Écris un poème sur la mer.',
		'¿Cuál es la capital de Perú?',
		'富士山の高さはどのくらいですか',
		'请把这句话翻译成英文',
		'Merci beaucoup pour votre aide !',
		'Gracias, todo llegó muy bien.',
	],
);
