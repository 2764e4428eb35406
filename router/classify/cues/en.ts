import type { CueTable } from './terms';

export const ENGLISH: CueTable = {
	language: 'en',
	cues: {
		coding: {
			4: 'write a function | write a program | python code | source code | unit test* | stack trace | traceback | refactor* | debug* | regular expression | regex | sql query | shell script | bash script | python script | code review | compile error | compiler error | syntax error | pull request | write code | fix the code | fix this code | this code | the code | my code | code snippet | write a query | excel formula | css selector | xpath | write a script that | dockerfile',
			3: 'python | javascript | typescript | java | c++ | c# | golang | rust | php | sql | html | css | react | angular | vue | django | flask | node.js | nodejs | next.js | express.js | jquery | postgres* | mysql | mongodb | sqlite | bash | powershell | kubernetes | docker | terraform | arduino | unity | pandas | numpy | pytorch | tensorflow | vba | apps script | graphql | rest api | api endpoint | codebase | repository | npm | webpack | kotlin | swift | matlab | haskell | lua | assembly | verilog | latex | yaml | jsonpath | webhook | oauth | algorithm | data structure | recursion | time complexity | leetcode | code | coding | program that | function that',
			2: 'implement* | system design | system architecture | architecture | microservice* | distributed | fault-tolerant | scalable | data model | schema | bug | exception | function | api | backend | frontend | github | git | database | programming | programmer | developer | software | linux | ubuntu | component | script | endpoint | class diagram | deploy* | object-oriented | linked list | binary tree | array | string | boolean | compile* | async | cron | n8n | web app | css class | query',
			1: 'app | website | server | json | xml | csv | table | method | class | variable | loop | plugin | library | install* | config* | command',
		},
		math: {
			4: 'solve the equation | solve for x | solve for | find the derivative | find the integral | prove that | eigenvalue* | polynomial* | square root | standard deviation | prime number* | greatest common divisor | least common multiple | quadratic | arithmetic sequence | geometric series | compound interest | expected value',
			3: 'calculate | equation* | integral* | derivative* | differentiat* | probability | theorem | matrix | matrices | triangle | hypotenuse | radius | perimeter | circumference | divisible | remainder | arithmetic | geometry | algebra | calculus | logarithm* | variance | permutation* | combinatori* | how many | factorial | modulo | sum of | product of | vectors | lemma | integer* | percentage of | value of x | inequality | cosine | sine | tangent | parabola | fraction*',
			2: 'compute | solve | how much | percent | percentage | prove | proof | math | maths | mathematic* | circle | angle* | area of | volume of | median | average speed | per hour | ratio | interest rate | loan | annuity | net present value | marbles | dice | numbers | sum | digits | equal to | real number* | total cost | maximize | minimize | evaluate the expression | simplify the expression | altogether | twice as many | times as many | how long | how far | statistic*',
			1: 'number of | total | each | average | square | cube | vector | estimate | rate | cost | half',
		},
		legal: {
			4: 'non-disclosure agreement | nda | gdpr | plaintiff* | defendant* | force majeure | indemnif* | terms of service | privacy policy | governing law | breach of contract | lease agreement | legal advice | hearsay | statute of limitations | legally binding | legal opinion | case law | legal risk*',
			3: 'clause* | liabilit* | liable | statute* | lawsuit | tort | negligence | jurisdiction | lawyer | attorney | legal | copyright | trademark | enforceable | arbitration | employment law | contract law | litigation | appellate | prosecut* | constitutional law | voidable | sue | sued | legally | data protection',
			2: 'contract | contractual | law | court | tenant | landlord | patent | damages | consent | precedent | constitutional | regulation* | hereby | herein | warrant* | termination | agreement | eviction | compliance',
			1: 'rights | obligation* | policy | party | parties | license',
		},
		translation: {
			4: 'translate* | translation | translat* into | into english | into german | into french | into spanish | into italian | into portuguese | into dutch | into chinese | into japanese | into polish | into russian | to english | to french | to german | to spanish | to italian | to portuguese | to dutch | to polish | to russian | to chinese | to japanese | to korean | to arabic | to turkish | to hindi',
			3: 'localize | localise | localization | transliterat* | how do you say | how would you say | from english | from german | from french | from spanish',
			2: 'in english | in german | in french | in spanish | in italian | in chinese | in japanese | in portuguese | in dutch | bilingual | interpreter',
		},
		summarization: {
			4: 'summar* | tl;dr | tldr | key takeaways | executive summary | sum up | summing up | to sum up | in a nutshell | recap | write a summary | boil down | short version of | sum the following',
			3: 'condense | gist | main points | key points | in brief | meeting notes | meeting minutes | highlights of | what happened in | digest | abstract of | main idea* | short overview | generate a title for | title for this article | headline for this',
			2: 'briefly | bullet points | most important points | outline the main | overview of this | in one sentence | in two sentences | in three sentences | long article | transcript',
		},
		extraction: {
			4: 'extract* | named entit* | pull out | json with the keys | parse the | return the fields | list all names | find all the names | list every | fields from',
			3: 'entities | invoice number | order number | parse | according to the passage | according to the text | according to the article | based on the text | based on the passage | based on the context | from the following text | from the following email | from the text | from the passage | from this email | from this document | mentioned in | find the name | find all | identify all | key-value | as json | return json | answer from the text | given the passage | given the context | given the following passage | read the following context | pull the | span of text',
			2: 'list all | due date | total amount | fields | what is the order | passage | context | document | in json | phone numbers | email addresses | all dates | find the',
			1: 'invoice | receipt | attachment | pdf | names of | list the',
		},
		classification: {
			4: 'classif* | sentiment | positive or negative | negative or positive | spam or | which category | pick one category | categoriz* | categoris* | into one of the | one of the following categories | one of these categories | positive, negative | label the | assign a label | assign one | route this ticket | urgent or not | is this spam | is it spam | answer yes or no | answer only yes or no | toxic or | triage',
			3: 'category | categories | label* | spam | true or false | yes or no | toxic | intent of | determine whether | decide whether | detect whether | check whether | determine if | which section | which department | which topic | what topic | star rating | how many stars | entail* | paraphrases of each other | same meaning | tag the | tag this | rate the sentiment | is the following | is this review | is this a piece of | which team',
			2: 'tag | tags | priority | urgent | rate from | is this | does this | topic | review positive | tone of | emotion | bucket | duplicates',
		},
		rewriting: {
			4: 'rewrit* | rephras* | paraphras* | proofread* | reword* | fix the grammar | correct the grammar | grammar and spelling | spelling mistakes | make it shorter | make this shorter | make it more | make this more | more concise | more professional | more formal | more polite | more friendly | less formal | shorten | fix my grammar | improve the writing | improve this text | improve this email | improve the following | edit the following | correct the following | polish the | polish this | in simpler language | simpler words | in plain language | plain english | more readable | sound more | sounds more',
			3: 'grammar | grammatical* | typos | spelling | polish | revise | simplify the language | simplify the text | simplify this | active voice | passive voice | friendlier | tone down | clean up | streamline | better wording | wording | improve my | change the tone | in a formal tone | in a friendly tone | professional tone | expand this | lengthen | plagiarism | restructure | reorganize',
			2: 'simplify | edit | refine | tone | improve this | clearer | smoother | concise | reformat | title | headline | elaborate on this | revamp',
		},
		creative: {
			4: 'poem* | haiku | limerick | sonnet | lyrics | short story | write a story | tell a story | write me a story | fairy tale | bedtime story | fan fiction | fanfic* | screenplay | role play | roleplay | role-play | slogan* | tagline* | rap song | song about | fantasy world | write a joke | jokes about | a scene | love letter | continue the story | continue the text | dungeons',
			3: 'story | stories | novel | fiction | fictional | protagonist | villain | rhyme* | pretend | monologue | dialogue | plot twist | narrative | narrator | storytelling | riddles | superhero | imagine you are | imagine that you | in the style of | in the voice of | first-person | first person | song | ballad | comedy | sitcom | stand-up | characters | chapter | parody | satire | witty | crossover | brand name* | names for | midjourney | stable diffusion',
			2: 'character | scene | joke | imagine | creative | dragon | wizard | adventure | episode | script | metaphor* | whimsical | verse | write me | crew | anime | hero | movie | lore | you are a famous | describe your',
			1: 'funny | act as | world | voice | write a',
		},
		business_writing: {
			4: 'write an email | draft an email | write a mail | email to | reply to this email | reply to the email | reply to this | draft a reply | write a reply | draft a response | respond to this customer | reply to the customer | cover letter | job description | job ad | job posting | blog post | blog article | linkedin post | press release | product description | newsletter | ad copy | social media post | facebook post | instagram caption | tweet | meta description | sales pitch | cold email | follow-up email | announcement email | resignation letter | recommendation letter | letter of recommendation | formal letter | thank-you note | thank you note | business plan | landing page copy | youtube video | write an essay | write an article | write a report | write a speech | video script | product review | status update | company profile | out-of-office',
			3: 'letter | essay | memo | announcement | speech | eulogy | proposal | report on | blog | linkedin | advert* | marketing copy | copywrit* | caption | captions | presentation | powerpoint | whitepaper | white paper | case study | brochure | flyer | invitation | bio | resume | write a review | movie review | thread | email campaign | subject line* | seo | writing an email | post about | call to action | elevator pitch | testimonial',
			2: 'email | mail | draft | article | report | marketing | campaign | product | customer* | client | professional | agenda | outline | keywords | audience | brand | website content | recipe | lesson plan | an ad | write about | words | slides | survey | questionnaire | guidelines | write a description | description for | description of | an outline | paragraph* | words essay | content | review of',
			1: 'company | service | write a | sales | reply',
		},
		reasoning: {
			4: 'logic puzzle | riddle | deductively | premises | valid or invalid | syllogism* | tells the truth | tell the truth | truth teller | knights and knaves | puzzle | explain your reasoning | first-order logic | brain teaser | what comes next | next in the sequence | thought experiment | lateral thinking | who lies',
			3: 'logical* | deduc* | infer | inferred | reasoning | paradox | antecedent | causal* | counterfactual | plausible | sarcastic | to the left of | to the right of | older than | younger than | taller than | shorter than | next to the | first-order | true and false | not true | not false | or false | and true | or true | and false | or not | and not | if you follow these instructions | adjective order | sequence | likely to | what would happen if | if all | are all | are some | some of the | are playing a game | at the start of | at the end of',
			2: 'logic | conclude | conclusion | assumption* | step-by-step | step by step | which of the following | suppose | ambiguous | statement* | argument | must be true | therefore | strategy to win | who | facing | arranged | the following sentence* | how would | is it possible | which sentence | scenario | options | lies',
			1: 'if | then | why | follows | explain',
		},
		qa: {
			4: 'capital of | who invented | who discovered | what year | who wrote | who was the | tell me about | what is the name of | what is the difference between | difference between | differences between | explain what | explain how | explain why | what is meant by',
			3: 'what is | what are | what was | who is | who was | when did | when was | where is | where did | why is | why are | why do | why does | why did | how does | how do | how did | how is | define | explain | describe the | what does | what do | what causes | what happens | which country | what kind | what type | meaning of | teach me',
			2: 'how are | how has | how have | history of | describe | is there | are there | does | is it | can you explain | definition | concept of | list of | example of | examples of | give me | have you heard | influence* | name the | name a',
			1: 'what | who | when | where | which | why | how | list | is | are | can',
		},
		advice_planning: {
			4: 'should i | what should | itinerary | meal plan | workout plan | workout routine | study plan | travel plan | training plan | help me decide | what would you recommend | any advice | give me advice | action plan | project plan | help me plan | create a plan | make a plan | develop a plan | roadmap | gift ideas | recommend me | which one should | plan a | travel guide | week plan | content plan | how should i',
			3: 'advice | recommend* | suggestion* | suggest | tips | best way | best ways | how can i | how could i | how can we | how do i | steps to | step by step guide | strategies | ideas for | brainstorm* | checklist | guide me | how to improve | how to deal | ways to | plan for | help me choose | worth it | what can i | what can we | diet | prepare for | most effective | tips for',
			2: 'plan | strategy | schedule | how to | budget | goals | career | guide | options for | ideas | prioriti* | next steps | routine | trip | travel | productiv* | approach | how can | i want to | i need to | consult*',
			1: 'improve | best | help me | steps | better',
		},
		analysis: {
			4: 'swot | pros and cons | advantages and disadvantages | strengths and weaknesses | analyze | analyse | analysis of | an analysis | compare and contrast | critique | critically | root cause | pestel | porter* five | data analysis | interpret the | feedback on | review my | evaluate the | assess the | compare the',
			3: 'analysis | analyz* | analys* | compare | comparison | interpret* | assess* | evaluate | examine | trends | insights | implications of | perspectives | correlation* | discuss the | investigate | flaws | which is better | judge | impact of | anomal* | outlier* | critic | score the | grade',
			2: 'discuss | contrast | implication* | feedback | data | dataset | versus | vs | effects of | quarter | revenue | kpi | metrics | arguments for | argument* | benefits | drawbacks | challenges | findings | debate | opinion | viewpoint*',
			1: 'review | impact | effect | risk* | factors | market',
		},
		chitchat: {
			4: "how are you | who are you | what are you | what is your name | your name | what's your name | are you a | are you an | are you real | are you human | are you there | tell me a joke | meaning of life | where are you from | who made you | who created you | who built you | your boss | your maker | your favorite | your favourite | nice to meet you | good morning | good evening | good afternoon | good night | how old are you | what can you do | how's it going | how is it going | what's up | i'm bored | im bored | do you like | do you have | do you know me | your hobbies | your age | thank you | thanks | where were you born | how is your day | your day | talk to you later | see you later | catch you later | goodbye | can i call you | change your name | what do you do for fun | who do you work for | your birthday | your birthplace | your parents",
			3: "hello | hi | hey | bye | later | lol | haha | are you | do you | were you | you from | you called | joke* | funny | you love | you live | you work | you born | do u | your job | your free time | your spare time | pets | life mean | purpose of life | point of life | reason for living | alexa | siri | cheers | yo | greetings | sup | appreciate | aloha | howdy | by the way | cool | awesome | great job | well done | good job | no problem | ok | okay | talking to | speak to a human | chatting | a bot | an ai | a robot | a person | artificial | dog person | fun fact | something funny | laugh | trivia | fun facts | interesting fact | neat fact | cool fact | random fact | meaning of my life | life's meaning | purpose in life | meaning to life | existence | ask you | you know about | how long have you | made you | created you | built you | designed you | programmed you | developed you | trained you | you come from | you exist | you alive | you real | you human",
			2: 'you | your | yourself | ya | u | ur | buddy | friend | life | bored | thats | great | nice | chat | human | robot | computer | name | age | boss | born | dogs | cats | pet',
			1: 'me | call | my | know | tell | work | talk',
		},
	},
	difficulty:
		'prove | proof | derive | derivation | rigorous* | optimi* | complexity | trade-off* | tradeoff* | architect* | scalab* | concurren* | distributed | comprehensive* | in-depth | in depth | detailed | thorough* | multi-step | edge cases | from scratch | advanced | theorem | formal* | strategic | nuanced | implications | quantum | differential | simulat* | algorithm | regulatory | diagnos* | constitution* | jurisprudence | econometric* | thermodynamic* | stochastic | asymptotic | eigenvalue* | liability | debug* | refactor* | migrat* | design a | critically | counterexample | inference | hypothes* | not true | except | incorrect | least likely | most likely | best describes',
	demands:
		"must | must not | should | at least | at most | exactly | without | only | except | ensure | make sure | do not | don't | no more than | no less than | between | including | include | avoid | as well as | format | each | every | also | in addition | furthermore | while | given that | assuming | such that | subject to | respectively | if",
};
