import type { CueTable } from './terms';

export const ITALIAN: CueTable = {
	language: 'it',
	cues: {
		coding: {
			4: 'scrivi una funzione | scrivi un programma | scrivi uno script | codice sorgente | espressione regolare | query sql | questo codice | il codice | formula excel',
			3: 'programmazione | funzione che | base di dati | debug | codice | sviluppatore | database',
			2: 'funzione | implementa* | script',
		},
		math: {
			4: "risolvi l'equazione | calcola la | calcola il | dimostra che | derivata di",
			3: 'calcola* | equazion* | quanti | quante | probabilità | derivata | integrale | triangolo | radice quadrata | somma di | area di | perimetro | risolvi',
			2: 'quanto | percentuale | interesse | numero | numeri | media',
		},
		legal: {
			4: 'gdpr | diritto del lavoro | clausol* | contratto di lavoro | contratto di locazione | termini e condizioni | legal* | giuridic* | accordo di riservatezza | responsabilità civile',
			3: 'contratt* | avvocato | tribunale | legge | licenziamento | diritto | causa | normativa',
			2: 'inquilino | locatore | recesso',
		},
		translation: {
			4: "traduc* | traduzion* | in inglese | in italiano | in tedesco | in francese | in spagnolo | dall'inglese",
			3: 'come si dice',
		},
		summarization: {
			4: 'riassum* | riassunto | sintesi | sintetizza | punti chiave | punti principali | in poche frasi | riepilog*',
			3: "in breve | idee principali | l'essenziale",
			2: 'in una frase | in due frasi | in tre frasi | brevemente',
		},
		extraction: {
			4: 'estrai | estrarre | numero di fattura | individua tutti | trova tutti',
			3: "dal testo | dal seguente testo | da questa email | da questa mail | dalla fattura | in formato json | in json | elenca tutti | numero d'ordine | importo totale | i campi",
			2: 'data di scadenza | importo | fattura | recapiti',
		},
		classification: {
			4: 'classifica* | categorizza* | positivo o negativo | positiva o negativa | sentiment* | spam o | sì o no | quale categoria | in una delle | quale reparto',
			3: 'categori* | etichett* | priorità | urgente | stabilisci se | indica se | si tratta di | spam',
			2: 'argomento | reclamo',
		},
		rewriting: {
			4: 'riscriv* | riformula* | correggi* | correggere | ortografia | grammatica | migliora questo testo | migliora il testo | più breve | accorcia* | più professionale | più formale | più gentile | più semplice | semplifica* | parafras*',
			3: 'migliora | tono | più chiaro | errori | stile',
			2: 'modifica | rendi',
		},
		creative: {
			4: 'poesia | poesie | scrivi una storia | un racconto | fiaba | favola | haiku | canzone | slogan | barzellett* | gioco di ruolo | sceneggiatura | rima | filastrocca',
			3: 'racconta | romanzo | immagina | personaggi* | dialogo',
			2: 'storia | creativ*',
		},
		business_writing: {
			4: "scrivi un'email | scrivi una mail | scrivi una email | scrivi un'e-mail | redigi | lettera di presentazione | lettera di motivazione | annuncio di lavoro | offerta di lavoro | descrizione del prodotto | descrizione prodotto | comunicato stampa | articolo per il blog | post per linkedin | post linkedin | rispondi a questa | rispondi al cliente | lettera di dimissioni | newsletter",
			3: 'lettera | discorso | annuncio | relazione | invito | pubblicità | bozza | risposta a | e-mail',
			2: 'mail | email | articolo | cliente | clienti | marketing | azienda',
		},
		reasoning: {
			4: 'indovinello | logic* | rompicapo | dice la verità | chi mente | deduci | premess*',
			3: 'ragionamento | passo dopo passo | passo per passo | conclusione | più alto di | più vecchio di',
			2: 'supponi | supponiamo | se | allora',
		},
		qa: {
			4: 'qual è la capitale | qual è la differenza | chi ha inventato | spiegami | cosa significa | chi era',
			3: "che cos'è | cos'è | cosa sono | qual è | quali sono | spiega* | perché | come funziona | chi è | definisci | dove si trova | in che anno | quando",
			2: 'che | cosa | chi | quale | come | descrivi | dove',
		},
		advice_planning: {
			4: "dovrei | devo | cosa faccio | consigl* | raccomand* | itinerario | piano d'azione | piano di allenamento | pianifica* | idee regalo | piano di studio",
			3: 'come posso | proponi | suggerisci | suggeriment* | modo migliore | strategi* | come migliorare | idee',
			2: 'piano | passi | viaggio | budget | aiutami',
		},
		analysis: {
			4: 'analizza* | analisi | vantaggi e svantaggi | pro e contro | confronta* | valuta* | interpreta* | punti di forza',
			3: 'confronto | tendenze | discuti | implicazioni | impatto | esamina | critica',
			2: 'dati | vantaggi | svantaggi | ricavi | trimestre',
		},
		chitchat: {
			4: 'come stai | chi sei | come va | come ti chiami | buongiorno | buonasera | buona giornata | sei un | molte grazie | mi annoio | raccontami una barzelletta | arrivederci',
			3: 'ciao | grazie | salve | ti piace | hai | sei',
			2: 'tu | tuo | tua',
		},
	},
	difficulty:
		'dimostra* | ottimizza* | architettura | complet* | dettagliat* | approfondit* | rigoros* | strategic* | compless* | giuridic* | implicazioni',
	demands:
		'deve | devono | almeno | al massimo | esattamente | senza | solo | soltanto | tranne | assicurati | non più di | tra | evita | nonché | ogni | formato | inoltre | includi',
};
