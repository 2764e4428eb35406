import type { CueTable } from './terms';

export const DUTCH: CueTable = {
	language: 'nl',
	cues: {
		coding: {
			4: 'schrijf een functie | schrijf een programma | schrijf een script | broncode | reguliere expressie | sql-query | deze code | de code | excel-formule',
			3: 'programmeer* | functie die | database | ontwikkelaar | debug | softwareontwikkel*',
			2: 'functie | implementeer | script | foutmelding',
		},
		math: {
			4: 'los de vergelijking op | bereken de | bewijs dat | afgeleide van',
			3: 'bereken* | vergelijking | hoeveel | waarschijnlijkheid | kans dat | integraal | driehoek | vierkantswortel | som van | oppervlakte | omtrek | priemgetal*',
			2: 'procent | percentage | rente | getal | getallen | gemiddelde',
		},
		legal: {
			4: 'avg | arbeidsrecht | clausule* | arbeidscontract | huurcontract | algemene voorwaarden | juridisch* | geheimhoudingsovereenkomst | aansprakelijk* | wettelijk*',
			3: 'contract* | advocaat | rechtbank | wet | ontslag | recht | opzegtermijn',
			2: 'huurder | verhuurder | beding',
		},
		translation: {
			4: 'vertaal* | vertaling | naar het engels | naar het nederlands | naar het duits | naar het frans | naar het spaans | in het engels | naar engels',
			3: 'hoe zeg je',
		},
		summarization: {
			4: 'vat samen | samenvat* | vat | samenvatting | belangrijkste punten | kernpunten | in het kort',
			3: 'hoofdpunten | samen | beknopt | notulen',
			2: 'in één zin | in twee zinnen | in drie zinnen | kort',
		},
		extraction: {
			4: 'extraheer | haal de | haal alle | factuurnummer | vind alle | zoek alle',
			3: 'uit de tekst | uit deze e-mail | uit deze mail | uit de factuur | als json | in json | noem alle | ordernummer | bestelnummer | totaalbedrag | de velden',
			2: 'vervaldatum | bedrag | factuur | contactgegevens',
		},
		classification: {
			4: 'classificeer* | categoriseer* | positief of negatief | sentiment | spam of | ja of nee | welke categorie | in een van de | welke afdeling | deel in',
			3: 'categorie* | label | prioriteit | dringend | bepaal of | geef aan of | gaat het om | spam',
			2: 'onderwerp | klacht',
		},
		rewriting: {
			4: 'herschrijf* | herformuleer* | corrigeer* | spelling | grammatica | verbeter deze tekst | verbeter de tekst | korter | verkort | inkorten | professioneler | formeler | vriendelijker | eenvoudiger | vereenvoudig* | parafraseer*',
			3: 'verbeter | toon | duidelijker | fouten | stijl | taalfouten',
			2: 'pas aan | maak',
		},
		creative: {
			4: 'gedicht* | schrijf een verhaal | kort verhaal | sprookje | haiku | liedje | songtekst | slogan | mop | grap | rollenspel | scenario voor | rijm*',
			3: 'vertel een | roman | stel je voor | personage* | dialoog',
			2: 'verhaal | creatie*',
		},
		business_writing: {
			4: 'schrijf een e-mail | schrijf een mail | schrijf een email | stel een e-mail | motivatiebrief | sollicitatiebrief | vacature* | productbeschrijving | persbericht | blogartikel | blogpost | linkedin-bericht | linkedin-post | beantwoord deze | antwoord op | ontslagbrief | nieuwsbrief | schrijf een brief',
			3: 'brief | toespraak | advertentie | rapport | uitnodiging | reclame | concept voor | reactie op | e-mail',
			2: 'mail | email | artikel | klant* | marketing | bedrijf',
		},
		reasoning: {
			4: 'raadsel* | logisch* | puzzel | spreekt de waarheid | wie liegt | leid af | premisse*',
			3: 'redenering | stap voor stap | conclusie | ouder dan | groter dan',
			2: 'stel dat | als | dan',
		},
		qa: {
			4: 'wat is de hoofdstad | wat is het verschil | wie heeft uitgevonden | leg uit | wat betekent | wie was',
			3: 'wat is | wat zijn | wie is | waarom | hoe werkt | definieer | waar ligt | in welk jaar | wanneer | verklaar',
			2: 'wat | wie | welke | hoe | beschrijf | waar',
		},
		advice_planning: {
			4: 'moet ik | zou ik | wat moet | advies | aanbevel* | reisplan | actieplan | trainingsschema | plan een | cadeau-ideeën | adviseer | studieplan | raad me',
			3: 'hoe kan ik | stel voor | suggesties | beste manier | strategie* | tips | hoe verbeter | ideeën',
			2: 'plan | stappen | reis | budget | help me',
		},
		analysis: {
			4: 'analyseer* | analyse | voor- en nadelen | vergelijk | beoordeel | interpreteer | sterke en zwakke',
			3: 'trends | bespreek | implicaties | impact | onderzoek | kritiek | evalueer',
			2: 'gegevens | voordelen | nadelen | omzet | kwartaal',
		},
		chitchat: {
			4: 'hoe gaat het | wie ben je | hoe heet je | goedemorgen | goedemiddag | goedenavond | ben je een | dank je wel | dankjewel | ik verveel me | vertel een mop | tot ziens',
			3: 'hallo | hoi | bedankt | dank je | ben je | vind je | heb je',
			2: 'jij | je | jouw',
		},
	},
	difficulty:
		'bewijs | optimaliseer | architectuur | uitgebreid* | gedetailleerd* | grondig* | strategisch* | complex* | juridisch* | implicaties | afweging*',
	demands:
		'moet | moeten | minstens | hoogstens | precies | zonder | alleen | slechts | behalve | zorg dat | niet meer dan | tussen | vermijd | evenals | elke | formaat | bovendien | inclusief',
};
