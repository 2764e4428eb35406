import type { CueTable } from './terms';

export const FRENCH: CueTable = {
	language: 'fr',
	cues: {
		coding: {
			4: 'écris une fonction | écrivez une fonction | écris un programme | écris un script | code source | expression régulière | requête sql | ce code | le code | formule excel',
			3: 'programm* | fonction qui | base de données | développeur | logiciel | débog* | débug*',
			2: 'fonction | implément* | requête',
		},
		math: {
			4: "résous l'équation | résoudre l'équation | calcule la | démontre que | montre que | dérivée de",
			3: 'calcule* | calculez | équation* | combien de | probabilité | dérivée | intégrale | triangle | racine carrée | somme des | aire de | périmètre | nombre premier | nombres premiers',
			2: 'combien | pourcentage | intérêt | démontr* | nombre | moyenne',
		},
		legal: {
			4: 'rgpd | droit du travail | bail | clause* | contrat de travail | conditions générales | mentions légales | juridique* | préavis | accord de confidentialité | responsabilité civile',
			3: 'contrat* | avocat | tribunal | loi | juridiction | plaignant | licenciement | droit | légal* | litige',
			2: 'article | résiliation | locataire | propriétaire',
		},
		translation: {
			4: "tradui* | traduction | en anglais | en allemand | en espagnol | en français | en italien | vers l'anglais | vers le français | en néerlandais | en portugais",
			3: 'comment dit-on | comment dit on',
		},
		summarization: {
			4: 'résum* | synthèse | synthétise* | en quelques phrases | les points clés | points essentiels | compte rendu | compte-rendu',
			3: "en bref | points principaux | idées principales | récapitul* | l'essentiel",
			2: 'en une phrase | en deux phrases | en trois phrases | brièvement',
		},
		extraction: {
			4: 'extrai* | extraire | relève* | numéro de facture | repère | récupère les | trouve tous',
			3: 'à partir du texte | du texte suivant | de cet e-mail | de ce mail | du courriel | de la facture | au format json | en json | liste tous | numéro de commande | montant total | les champs | quels noms',
			2: "date d'échéance | montant | facture | coordonnées",
		},
		classification: {
			4: "classe | classifi* | catégoris* | positif ou négatif | positive ou négative | sentiment* | spam ou | oui ou non | quelle catégorie | dans l'une des | quel service",
			3: "catégorie* | étiquet* | priorité | urgent* | détermine si | indique si | s'agit-il | spam",
			2: 'est-ce que ce | thème | réclamation',
		},
		rewriting: {
			4: 'réécri* | reformul* | corrige* | corriger | orthographe | grammaire | améliore ce texte | améliore le texte | plus court | raccourci* | plus professionnel* | plus formel* | plus poli | plus simple | simplifie* | relis | paraphras*',
			3: 'améliore* | ton | plus clair | fautes | style | tournure*',
			2: 'modifie | rends',
		},
		creative: {
			4: 'poème* | écris une histoire | une histoire | conte | haïku | chanson | slogan* | blague* | jeu de rôle | nouvelle fantastique | scénario | rime*',
			3: 'raconte | roman | imagine | personnage* | dialogue | paroles | fiction',
			2: 'histoire | créati*',
		},
		business_writing: {
			4: "écris un e-mail | écris un email | rédige* | rédiger | rédigez | lettre de motivation | offre d'emploi | fiche produit | communiqué de presse | article de blog | publication linkedin | post linkedin | réponds à cet | réponds à ce | réponds au client | lettre de démission | description de produit | courrier à | newsletter | écris un mail",
			3: 'lettre | discours | e-mail | courriel | annonce | rapport | invitation | publicité | brouillon | réponse à',
			2: 'mail | article | client* | marketing | entreprise',
		},
		reasoning: {
			4: 'énigme | devinette | logique* | casse-tête | dit la vérité | qui ment | déduis | prémisse*',
			3: 'raisonnement | étape par étape | conclusion | plus âgé | plus grand que | plus jeune que | déduire',
			2: 'supposons | si | donc',
		},
		qa: {
			4: "quelle est la capitale | quelle est la différence | qui a inventé | explique-moi | expliquez-moi | qu'est-ce que | c'est quoi | qui était",
			3: 'quelle est | quel est | quels sont | quelles sont | explique* | pourquoi | comment fonctionne | qui est | définis | que signifie | où se trouve | en quelle année | quand',
			2: 'quel | quelle | quels | quelles | que | qui | comment | décris | où | définition',
		},
		advice_planning: {
			4: "dois-je | devrais-je | que dois-je | que faire | conseil* | recommand* | itinéraire | plan d'action | programme d'entraînement | planifie | idées cadeaux | conseille* | organise",
			3: 'comment puis-je | propose* | suggère* | suggestion* | meilleure façon | stratégie* | astuces | comment améliorer | idées | liste de contrôle | que me',
			2: 'plan | étapes | voyage | budget | aide-moi | programme',
		},
		analysis: {
			4: 'analys* | avantages et inconvénients | compare* | points forts et | évalue* | interprète* | critique | forces et faiblesses',
			3: 'comparaison | tendances | discute | implications | impact | examine | comparez',
			2: "données | avantages | inconvénients | chiffre d'affaires | trimestre",
		},
		chitchat: {
			4: "comment ça va | comment vas-tu | qui es-tu | ça va | comment t'appelles | bonne journée | es-tu un | merci beaucoup | bonne nuit | je m'ennuie | raconte-moi une blague | au revoir | quel est ton nom",
			3: 'bonjour | salut | merci | bonsoir | coucou | es-tu | aimes-tu | as-tu | à bientôt',
			2: 'tu | toi | ton | ta',
		},
	},
	difficulty:
		'démontr* | prouve* | optimis* | architecture | complet | complète | détaillé* | approfondi* | rigoureu* | stratégi* | complexe* | juridique* | implications | compromis | critique',
	demands:
		'doit | doivent | au moins | au plus | exactement | sans | seulement | uniquement | sauf | assure-toi | veille à | pas plus de | entre | évite | ainsi que | chaque | format | également | il faut | inclus',
};
