/**
 * Words that say little about an intent: stop words (from `stopwords-iso`, MIT) that occur in 2 % or more of the
 * prompts of their language in `train/corpus`. Lower case, without accents.
 */
const LISTS = [
	// de
	'und der die ist fur in ich das den eine ein wie aus was mit nicht auf von als am wir an hat bis im es dem bei zwei alle nach sie drei nur du oder zu einen uber aber seit sich zur vor einer war sind man welche wer noch ja ab dass haben tag mir ins uns kann hab zusammen um keine so er ohne werden vom viele',
	// en
	'the and to in for of is what it on with from at you this one we by our that two no do if are or my how as which only can be an but about three all not me have was words each does your who has out first up into after may new per text before line should when order please there name year last need like since',
	// es
	'de que el la en un una por no con para se es del sin los las si me dos al esta cada mas como pero este solo mi su ha lo dia hay entre antes dias tengo sobre ya uno dice le puede tres te cuando cuatro menos tiene segun pasado eres desde quien les otro algo vez tarde hasta hoy medio cuanto poco fue quiere',
	// fr
	'de le un en la et une est pour les du des pas il ce que on sur si dans au par avec deux peut qui vous ou plus je trois cette avant ne nous mon sans sont qu merci me meme moi quelle mais entre quel son dit ai depuis non quoi pourquoi moins elle combien etre votre comment tu toutes jusqu notre personne dire bon puis tout passe',
	// it
	'il di in un per la una che con al come dal ha da le se non si del solo due piu perche lo chi mi ho cosa della persone puo quanti sei siamo sul ore alle giorno no ma sono gli delle mio ne oggi ogni dell io fatto all tre dei quanto giorni fare alla fai ai posto senza anche tra ci va',
	// nl
	'een de op en van voor is het in met wat ik naar aan als niet per zijn er we bij dit hoe of dat tot maar heeft dan maak welke na alleen over kan te om die twee uit deze geen mijn wordt wij ze moet worden je onze zonder hebben mag hij nu wie drie jij nog alle ben waarom kunnen wil samen',
	// pl
	'na do nie czy to po co jest jak zł ile bez za dla ma od sie ze przy ale tylko ten dlaczego kto tak bo tym moze mi pod roku inne jednym maja mam pani przez wiec lat obok',
	// pt
	'de em que para com por do no um na da nao sem se as dia como uma ou so ate nome pode mas mais tres ao valor num foi qual tem os cada hora mes sobre qualquer ser ainda meu nova hoje meio novo quem dos voce primeiro boa partir quer depois sim mil tudo me das',
	// ru
	'на не по что за как до из для от сколько или без но можно если ли нет после все почему два есть чем да спасибо три больше деньги только при мы ничего день значит пять кто через он второи чего какои год',
	// tr
	'bir iki icin ve ne da neden su ama is yalnızca mı var mu de nasıl sonra uc degil ile ben ya biri bu olur hangi dahil en cok hangisi her',
];

export const COMMON_WORDS: ReadonlySet<string> = new Set(LISTS.flatMap((words) => words.split(' ')));
