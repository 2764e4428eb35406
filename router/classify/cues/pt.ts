import type { CueTable } from './terms';

export const PORTUGUESE: CueTable = {
	language: 'pt',
	cues: {
		coding: {
			4: 'escreva uma função | escreve uma função | escreva um programa | escreva um script | código-fonte | código fonte | expressão regular | consulta sql | este código | o código | fórmula do excel',
			3: 'programação | função que | banco de dados | base de dados | depura* | código | desenvolvedor',
			2: 'função | implement* | consulta | script',
		},
		math: {
			4: 'resolva a equação | calcule o | calcule a | prove que | demonstre que | derivada de',
			3: 'calcule | calcula | calcular | equaç* | quantos | quantas | probabilidade | derivada | integral | triângulo | raiz quadrada | soma de | área de | perímetro | resolva',
			2: 'quanto | porcentagem | percentagem | juros | número | números | média',
		},
		legal: {
			4: 'lgpd | rgpd | direito do trabalho | cláusula* | contrato de trabalho | contrato de aluguel | termos e condições | jurídic* | acordo de confidencialidade | responsabilidade civil | legalmente',
			3: 'contrato* | advogado | tribunal | lei | demissão | direito | processo judicial | legal',
			2: 'inquilino | senhorio | rescisão',
		},
		translation: {
			4: 'traduz* | traduza | tradução | para inglês | para o inglês | para português | para o português | para espanhol | para o espanhol | em inglês',
			3: 'como se diz',
		},
		summarization: {
			4: 'resum* | síntese | sintetize | pontos principais | pontos-chave | em poucas frases',
			3: 'em breve | ideias principais | o mais importante',
			2: 'em uma frase | em duas frases | em três frases | brevemente',
		},
		extraction: {
			4: 'extraia | extrair | extrai | número da fatura | número da nota | identifique todos | encontre todos',
			3: 'do texto | do seguinte texto | deste e-mail | deste email | da fatura | em formato json | em json | liste todos | liste todas | número do pedido | valor total | os campos',
			2: 'data de vencimento | valor | fatura | dados de contato',
		},
		classification: {
			4: 'classifi* | categoriz* | positivo ou negativo | positiva ou negativa | sentimento* | spam ou | sim ou não | qual categoria | em uma das | qual departamento',
			3: 'categoria* | etiquet* | prioridade | urgente | determine se | indique se | trata-se | spam',
			2: 'tema | reclamação',
		},
		rewriting: {
			4: 'reescrev* | reformul* | corrija | corrige | corrigir | ortografia | gramática | melhore este texto | melhore o texto | mais curto | encurt* | mais profissional | mais formal | mais educado | mais simples | simplifi* | parafrase*',
			3: 'melhore | tom | mais claro | erros | estilo',
			2: 'edite | torne',
		},
		creative: {
			4: 'poema* | escreva uma história | um conto | conto | haicai | canção | slogan | piada* | rpg | roteiro | rima*',
			3: 'história sobre | conte uma | romance | imagine | personage* | diálogo | ficção',
			2: 'história | criativ*',
		},
		business_writing: {
			4: 'escreva um e-mail | escreva um email | escreve um e-mail | redija | redigir | carta de apresentação | vaga de emprego | anúncio de emprego | descrição do produto | descrição de produto | comunicado de imprensa | artigo de blog | post para linkedin | post para o linkedin | responda a este | responda ao cliente | carta de demissão | boletim',
			3: 'carta | discurso | anúncio | relatório | convite | publicidade | rascunho | resposta a | e-mail',
			2: 'email | artigo | cliente* | marketing | empresa',
		},
		reasoning: {
			4: 'enigma | adivinha | lógic* | quebra-cabeça | diz a verdade | quem mente | deduza | premissa*',
			3: 'raciocínio | passo a passo | conclusão | mais alto que | mais velho que',
			2: 'suponha | supondo | se | então',
		},
		qa: {
			4: 'qual é a capital | qual é a diferença | qual a diferença | quem inventou | explique-me | o que significa | quem foi',
			3: 'o que é | o que são | qual é | quais são | expli* | por que | como funciona | quem é | defina | onde fica | em que ano | quando',
			2: 'que | quem | qual | como | descreva | onde',
		},
		advice_planning: {
			4: 'devo | deveria | o que faço | conselho* | recomend* | roteiro de viagem | plano de ação | plano de treino | planej* | ideias de presente | plano de estudos',
			3: 'como posso | proponha | sugira | sugest* | melhor maneira | melhor forma | estratégia* | dicas | como melhorar | ideias',
			2: 'plano | passos | viagem | orçamento | ajude-me | me ajude',
		},
		analysis: {
			4: 'analis* | análise | vantagens e desvantagens | prós e contras | compare | avalie | interprete | pontos fortes e',
			3: 'comparação | tendências | discuta | implicações | impacto | examine | crítica',
			2: 'dados | vantagens | desvantagens | receita | trimestre',
		},
		chitchat: {
			4: 'como vai | quem é você | tudo bem | como você se chama | bom dia | boa tarde | boa noite | você é um | muito obrigad* | estou entediad* | conte uma piada | adeus | qual é o seu nome',
			3: 'olá | oi | obrigad* | você gosta | você tem | até logo',
			2: 'você | tu | seu',
		},
	},
	difficulty:
		'demonstr* | otimiz* | arquitetura | complet* | detalhad* | aprofundad* | rigoros* | estratégic* | complex* | jurídic* | implicações',
	demands:
		'deve | devem | pelo menos | no máximo | exatamente | sem | apenas | somente | exceto | certifique-se | não mais de | entre | evite | assim como | cada | formato | além disso | inclua',
};
