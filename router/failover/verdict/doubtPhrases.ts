/**
 * How a model says that it cannot answer or is not sure, in lower case and with straight apostrophes. All phrases are
 * in the first person or make clear who speaks, because "it cannot be returned" may be the right answer.
 */

/** English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Turkish: matched as whole words. */
const CANNOT_IN_WORDS = [
	"i (?:really |just |simply |honestly )?(?:do not|don't) know",
	"i (?:cannot|can't|can not|could not|couldn't|am unable to|am not able to) (?:\\p{L}+ )?(?:answer|help|assist|determine|tell|say|solve|provide|complete|comply|fulfil+|do)",
	"i'm (?:unable|not able) to",
	'i have no (?:idea|information|knowledge|data|answer)',
	"i (?:do not|don't) have (?:\\p{L}+ ){0,3}(?:information|knowledge|data|context|access|answer)",
	'(?:ich weiß|ich weiss|weiß ich|weiss ich) (?:es |das |dies |die antwort |darauf |leider |auch ){0,3}nicht(?! sicher)',
	'(?:ich kann|kann ich)(?: [^\\s.,;!?]+){0,6} (?:nicht|keine\\p{L}?)(?: [^\\s.,;!?]+){0,4} (?:beantworten|antworten|helfen|sagen|lösen|erfüllen|geben|bestimmen|beurteilen|weiterhelfen)',
	'(?:ich habe|habe ich|hab) (?:leider |dazu |darüber |hierzu ){0,3}(?:keine|nicht genügend|nicht genug|zu wenig) (?:ahnung|information|informationen|kenntnis|kenntnisse|daten|angaben|antwort|wissen|zugriff)',
	'keine ahnung',
	"je (?:ne |n')?(?:le |l')?sais (?:malheureusement )?pas",
	"je n'en sais rien|j'ignore|aucune idée",
	"je ne (?:peux|puis|suis|saurais|parviens) (?:\\p{L}+ )?(?:pas |pas à |pas en mesure |pas capable )?(?:de |d'|à )?(?:vous |t'|te |y |m')?(?:répondre|aider|fournir|résoudre|dire|déterminer|donner)",
	'je ne (?:suis|connais) pas (?:en mesure|capable|la réponse)',
	"je n'ai (?:malheureusement )?pas (?:assez|suffisamment|accès|la réponse|d'information|d'informations|les informations|de données|connaissance)",
	'no (?:lo )?sé|desconozco|ni idea',
	'no (?:te |le |les |os |lo )?(?:puedo|soy capaz de|estoy en condiciones de|me es posible) (?:responder|contestar|ayudar|proporcionar|determinar|resolver|decir|dar)\\p{L}*',
	'no tengo (?:suficiente |suficientes |bastante |la |esa |ninguna |mucha )?(?:información|datos|conocimiento|conocimientos|respuesta|acceso|idea|contexto)',
	'non (?:lo )?so|non saprei|non ne ho idea',
	'non (?:ti |vi |le |la )?(?:posso|riesco a|sono in grado di) (?:risponder|aiutar|fornir|risolver|determinar|dir|dar)\\p{L}*',
	'non ho (?:abbastanza |sufficienti |la |le |alcuna )?(?:informazioni|informazione|dati|conoscenze|risposta|accesso|idea)',
	'não sei|desconheço|não faço ideia',
	'não (?:lhe |te |o |a )?(?:posso|consigo|sou capaz de) (?:lhe |te |o |a )?(?:responder|ajudar|fornecer|determinar|resolver|dizer|dar)\\p{L}*',
	'não tenho (?:a |essa |nenhuma |suficientes? )?(?:informação|informações|dados|conhecimento|resposta|acesso|ideia|contexto)',
	'(?:ik weet|weet ik) (?:het |dat |dit |helaas |ook |het antwoord ){0,3}niet(?! zeker)',
	'(?:ik kan|kan ik)(?: [^\\s.,;!?]+){0,6} (?:niet|geen)(?: [^\\s.,;!?]+){0,4} (?:beantwoorden|antwoorden|helpen|zeggen|oplossen|geven|bepalen)',
	'ik heb (?:helaas |hierover |daarover ){0,2}(?:geen|onvoldoende|niet genoeg) (?:informatie|idee|kennis|toegang|gegevens|antwoord)',
	'geen idee',
	'nie wiem|nie mam pojęcia',
	'nie (?:mogę|potrafię|umiem|jestem w stanie) (?:\\p{L}+ ){0,3}?(?:odpowiedzieć|pomóc|odpowiedzi|podać|rozwiązać|określić|stwierdzić|powiedzieć)',
	'nie mam (?:wystarczając\\p{L}+ |dość )?(?:informacji|wiedzy|danych|dostępu|odpowiedzi)',
	'не знаю|понятия не имею',
	'не (?:могу|смогу|в состоянии|умею) (?:\\p{L}+ ){0,3}?(?:ответить|помочь|предоставить|решить|определить|сказать|выполнить|дать)',
	'у меня нет (?:достаточной |достаточно |такой |этой )?(?:информации|данных|сведений|доступа|ответа|знаний)',
	'bilmiyorum|hiçbir fikrim yok|(?:cevap|yanıt) veremem|cevaplayamam|yanıtlayamam|yardımcı olamam|yeterli bilgim yok',
];

const UNSURE_IN_WORDS = [
	"i(?:'m| am) (?:really |quite )?not (?:\\p{L}+ )?(?:sure|certain|confident)",
	'i (?:might|may|could) be (?:wrong|mistaken)',
	'(?:ich bin|bin ich)(?: mir)?(?: da| dabei| hier| leider| darüber){0,2} nicht (?:ganz |völlig |wirklich )?sicher',
	'(?:ich weiß|ich weiss|weiß ich) (?:es |das )?nicht sicher',
	"je (?:ne |n')?(?:en )?suis pas (?:tout à fait |entièrement |totalement |absolument |complètement |vraiment )?(?:sûre?|certaine?)",
	'no estoy (?:completamente |del todo |totalmente |muy )?(?:segur[oa]|ciert[oa])',
	'non (?:ne )?sono (?:del tutto |completamente |molto )?(?:sicur[oa]|cert[oa])',
	'não (?:tenho (?:a )?certeza|estou (?:totalmente |completamente )?(?:cert[oa]|segur[oa]))',
	'(?:ik ben|ben ik)(?: er| daar| hier)?(?: helaas)? niet (?:helemaal |geheel |echt )?zeker',
	'(?:ik weet|weet ik) (?:het |dat )?niet zeker',
	'nie jestem (?:do końca |całkowicie |w pełni )?(?:pewny|pewna|pewien)|nie mam pewności',
	'не (?:совсем |вполне |до конца )?уверена?',
	'emin değilim',
];

/** Chinese, Japanese, Korean: not matched as words, since no spaces separate them. */
const CANNOT_IN_CHARACTERS = [
	'我(?:也|并|並|真的|还|還)?不(?:知道|清楚|了解|瞭解|晓得|曉得)',
	'(?:我|抱歉[，,]?|对不起[，,]?|對不起[，,]?)(?:目前|暂时|暫時|实在|實在)?(?:无法|無法|不能|没法|沒法|没有办法|沒有辦法|没办法|沒辦法)(?:为您|为你|為您|為你|直接|给出|給出|向您)?(?:回答|帮助|幫助|提供|确定|確定|解答|解决|解決|判断|判斷|完成|协助|協助|告诉|告訴)',
	'我没有(?:足够的?|相关的?|这方面的)?(?:信息|资料|数据|知识)|我沒有(?:足夠的?|相關的?|這方面的)?(?:資訊|資料|數據|知識)',
	'(?:分かり|わかり|判り|存じ|知り|存じ上げ)ません|(?:分から|わから|知ら)ない(?:です|。|$)',
	'(?:お答え|回答|お手伝い|対応|お力に|判断|提供|お伝え|ご案内)[^。、]{0,6}(?:できません|できかね|出来ません|しかね|なれません)',
	'情報(?:が|は)(?:ありません|不足|足りません|ございません)',
	'모르겠|모릅니다|알지 못합니다|(?:답변|대답|도움)[^.]{0,6}(?:수 없|못)',
];

const UNSURE_IN_CHARACTERS = [
	'我(?:不|不太|并不|並不|不是很|也不|不能|无法|無法|不敢)(?:确定|確定|肯定|确信|確信)',
	'(?:確信|自信)(?:が|は)(?:あまり)?(?:ありません|持てません|ない)|(?:確か|定か)では(?:ありません|ない)',
	'확실하지 않|확신할 수 없|확신이 없',
];

const CONTRASTS_IN_WORDS = [
	'but|however|though|although|aber|jedoch|allerdings|mais|cependant|toutefois|pero|sin embargo|aunque',
	'ma|però|tuttavia|mas|porém|no entanto|maar|echter|ale|jednak|jednakże|но|однако|ama|fakat|ancak',
];
const CONTRASTS_IN_CHARACTERS = [
	'但|不过|不過|然而|ですが|ますが|せんが|けど|けれど|しかし|ただし|하지만|그러나|지만',
];

const APOLOGIES = [
	"(?:i'm |i am )?(?:so |very |really )?sorry|i apologi[sz]e|my apologies|unfortunately|entschuldig|(?:es )?tut mir leid|leider|bedauer",
	'(?:je suis )?désolée?|pardon|malheureusement|lo siento|perdón|disculp|lamento|lamentablemente|mi dispiace|purtroppo|scusa',
	'desculp|sinto muito|infelizmente|(?:het )?spijt|sorry|helaas|przepraszam|przykro|niestety|извини|прости|к сожалению|сожалею',
	'抱歉|很抱歉|对不起|對不起|很遗憾|很遺憾|申し訳|すみません|ごめん|恐れ入り|죄송|üzgünüm|maalesef',
];

const words = (phrases: readonly string[]): string =>
	`(?<![\\p{L}\\p{N}'])(?:${phrases.join('|')})(?![\\p{L}\\p{N}])`;
const either = (inWords: readonly string[], inCharacters: readonly string[]): RegExp =>
	new RegExp([words(inWords), ...inCharacters].join('|'), 'u');

/** It does not know, or is not able to answer. */
export const CANNOT = either(CANNOT_IN_WORDS, CANNOT_IN_CHARACTERS);
/** It answers, or does not, and says that it is not sure. */
export const UNSURE = either(UNSURE_IN_WORDS, UNSURE_IN_CHARACTERS);
/** An answer may follow after all. */
export const CONTRAST = either(CONTRASTS_IN_WORDS, CONTRASTS_IN_CHARACTERS);
/** A sentence that begins like this adds nothing. */
export const APOLOGY = new RegExp(`^(?:${APOLOGIES.join('|')})`, 'u');
