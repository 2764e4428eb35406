import { doubtIn } from '../../../../router/failover/verdict/doubt';

/** What preference 0.5 escalates on. */
const MIDDLE = 0.5;
const degree = (answer: string, asked = 'Who built the old bridge?'): number =>
	doubtIn(answer, asked)?.degree ?? 0;

test.each([
	["I don't know.", 1],
	['I’m sorry, but I **do not know** who built it.', 1],
	["I'm sorry. I can't help with that. Could you give me more context?", 1],
	['I cannot answer this question.', 1],
	["Unfortunately I'm unable to determine that from the information given.", 1],
	['I am not sure.', 0.6],
	['Das weiß ich leider nicht.', 1],
	['Es tut mir leid. Ich kann diese Frage leider nicht beantworten.', 1],
	['Dabei kann ich dir nicht helfen.', 1],
	['Ich bin mir nicht ganz sicher.', 0.6],
	['Ich weiß es nicht sicher.', 0.6],
	['Je ne sais pas.', 1],
	['Désolé, je ne peux pas répondre à cette question.', 1],
	['Je ne suis pas en mesure de vous aider.', 1],
	["Je n'en suis pas certain.", 0.6],
	['No lo sé.', 1],
	['Lo siento, no puedo ayudarte con eso.', 1],
	['No estoy segura.', 0.6],
	['Non lo so.', 1],
	['Mi dispiace, non posso rispondere a questa domanda.', 1],
	['Non ne sono sicuro.', 0.6],
	['Desculpe, não sei.', 1],
	['Não consigo responder a essa pergunta.', 1],
	['Não tenho certeza.', 0.6],
	['Dat weet ik helaas niet.', 1],
	['Sorry, daar kan ik je niet mee helpen.', 1],
	['Ik weet het niet zeker.', 0.6],
	['Nie wiem.', 1],
	['Niestety nie mogę odpowiedzieć na to pytanie.', 1],
	['Nie jestem pewien.', 0.6],
	['Я не знаю.', 1],
	['К сожалению, я не могу ответить на этот вопрос.', 1],
	['Я не уверен.', 0.6],
	['我不知道。', 1],
	['抱歉，我无法回答这个问题。', 1],
	['我不太确定。', 0.6],
	['わかりません。', 1],
	['申し訳ありませんが、その質問にはお答えできません。', 1],
	['確信がありません。', 0.6],
	['Bilmiyorum.', 1],
	['죄송하지만 잘 모르겠습니다.', 1],
])('an answer that is none: %s', (answer, expected) => {
	expect(degree(answer)).toBeCloseTo(expected);
});

test.each([
	'John Roebling built it.',
	'You cannot return it after 30 days.',
	'It is not known who built it.',
	'She wrote: “I don’t know.”',
	'"Ich weiß nicht" means that somebody does not know.',
	'```js\nthrow new Error("x"); // i don\'t know\n```',
	'Ja, das ist nicht sicher.',
	'Le pont est sûr.',
	'',
	`I don't know the exact year. ${'The bridge was built of stone by the town. '.repeat(6)}`,
])('an answer: %s', (answer) => {
	expect(doubtIn(answer, 'Who built the old bridge?')).toBeNull();
});

test('what the request says itself is no sign where it is repeated', () => {
	expect(degree("I don't know.", 'Reply "I don\'t know" unless the text says it.')).toBe(0);
	expect(degree("I don't know.", 'Antworte kurz.')).toBe(1);
});

test.each([
	["I don't know exactly, but it was about 1890."],
	['Non lo so con certezza, ma credo che sia del 1890.'],
	["I'm not sure, but I think it was Roebling."],
	['It was built by John Roebling in 1883 and opened in May. I am not sure about the day.'],
	['It was built in 1883 by the town and paid for by its citizens. I do not know by whom.'],
])('some doubt, but the answer carries more: %s', (answer) => {
	expect(degree(answer)).toBeGreaterThan(0);
	expect(degree(answer)).toBeLessThanOrEqual(MIDDLE);
});

test('takes no time, whatever comes', () => {
	const started = process.hrtime.bigint();
	for (const text of [
		'kann ich '.repeat(26),
		'nie mogę '.repeat(26),
		'i cannot '.repeat(26),
		'x'.repeat(1e6),
	]) {
		for (let index = 0; index < 20; index += 1) doubtIn(text, text);
	}
	expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1_000);
});
