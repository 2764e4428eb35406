/**
 * Ways in which people ask, by task, written for this project: what is asked stands in the words of the request,
 * so every request is trained with many topics and texts. `{t}` a topic, `{m}` a text to work on, `{n}` a number,
 * `{l}` a language, `{w}` for whom.
 */
import type { Task } from '../../router/types';

export const REQUESTS: Partial<Record<Task, string>> = {
	business_writing: `Write a comprehensive guide to {t}
Write a news article on these facts: {m}
Create a worksheet for {w} on {t}
You are a copywriter. Write a text on {t} for {w}. {m}
Act as an advertiser and create a campaign to promote {t} to {w}
Write an argumentative essay: should {t} be forbidden?
what is the best recipe for {t}
write a complaint to the manufacturer of {t}
Send an invitation to {w} for an event on {t}
write a {n} second radio spot for {t}
Write a conclusion for my thesis on {t}
Generate a proposal for a client who wants {t}
write an appraisal of an employee who works on {t}
写一封关于{t}的邮件
请写一篇关于{t}的文章,{n}00字
为{t}写一份产品介绍
写一篇演讲稿,主题是{t}
Write an email to {w} about {t}
Draft a polite email declining an offer for {t}
Create a LinkedIn post announcing {t}
Write a report on {t}
Write a product description for {t}
Write a {n} word article on {t} for {w}
Write an essay about {t}
Give me a recipe for {t}
Create a slide deck outline about {t} for {w}
Write a speech about {t} for {w}
Write a press release about {t}
Write a job posting for a specialist in {t}
Prepare a resume for someone with experience in {t}
Write a short bio of the founder of a company for {t}
Write an executive summary of our proposal on {t}
Create a newsletter for {w} with news on {t}
Write website copy for a company that offers {t}
Write {n} Google ads for {t}
Create meta descriptions for a page on {t}
Write a letter to {w} about {t}
Write a survey with {n} questions on {t}
Develop a course outline on {t} for {w}
Write a lesson plan on {t}
Compose a scientific abstract on {t}
Write a standard operating procedure for {t}
Create a template for a document on {t}
Write a review of {t}
Write interview questions for a candidate in {t}
Create a training manual on {t}
Write a thank-you note to {w} for help with {t}
Write me a tweet about {t}
Write a grant proposal for {t}
Draft an announcement for {w}: {m}
Reply to this email: {m}
Write a response to this customer: {m}
Using the notes below write a report for {w}. {m}
Write a description on {t}
Write FAQs for our page on {t}
Write a case study about {t}
Write a sales pitch for {t} to {w}
Please create content for a web page on {t}
Write a presentation on {t}
can you write a paragraph about {t}
an essay on {t}, {n} words
Make a brochure for {t}
Write a user story and acceptance criteria for {t}
Compose a memo to {w} on {t}
write a letter of recommendation for a student who is good at {t}
Prepare an agenda for a meeting on {t}
Write instructions for {t}
Create a document with all details of {t}
Write a biography of the inventor of {t}
Write a technical document on {t}`,
	advice_planning: `Suggest topics for a presentation on {t}
How can I use {t} with {t} on my computer?
I have a process in which {w} handle {t} several times per week. What would you recommend?
How do I approach {w} about {t}? I don't want to sound rude.
how to replace {t} by {t}
how to get more people interested in {t}
How would you implement {t} in a company of {n} people?
Give me some advice on buying {t}
My partner spends too much on {t}. What should I do?
Plan a menu for {n} guests with {t}
如何学习{t}?
我应该如何准备{t}?
请给我一些关于{t}的建议
制定一个关于{t}的计划
推荐{n}本关于{t}的书
What should I do about {t}?
Should I invest in {t} or wait?
Give me tips for {t}
Suggest {n} ideas for {t}
Give me {n} ideas on {t} for {w}
Recommend {n} books on {t}
Can you recommend tools for {t}?
Make a plan for {t} within {n} weeks
Create a {n}-day itinerary for a trip around {t}
Create a {n}-week training plan for {t}
Create a schedule for {t}
Help me plan {t}
I'm thinking about {t} but I'm unsure. What would you advise?
My boss wants me to take over {t}. How should I respond?
I feel overwhelmed by {t}. What can I do?
How to convince {w} of {t}
how to set up {t}
how to fix problems with {t}
how to deal with {t}
how do you handle {t}
What steps should we take to introduce {t}?
Develop a strategy for {t}
What are some good options for {t}?
Brainstorm {n} ideas about {t}
List some activities for {w} on {t}
Which is better for me, {t} or {t}?
What are the best practices for {t}?
Propose a solution for {t}
I want to start {t}. Where do I begin?
Outline a roadmap for {t}
What should {w} consider before {t}?
Give me a checklist for {t}
What questions should I ask about {t}?
My friend has trouble with {t}. How can I help?
What gift would you suggest for someone who likes {t}?
How should we prioritize {t} and {t}?
What would you do in my place? {m}
I would like to work in {t}. Please guide me.
Come up with a marketing strategy for {t}
What are effective ways to teach {t} to {w}?
How could {t} be used in a small business?
Name ideas and next steps for {t}
Act as a consultant and advise {w} on {t}
How can we reduce the cost of {t}?
What diet would you recommend for {t}?`,
	qa: `{t}是什么?
请解释{t}的原理
{t}和{t}有什么区别?
谁发明了{t}?
为什么{t}很重要?
{t}的历史是怎样的?
{t}位于哪里?什么时候建成的?
Can you describe how {t} affects {t}? What are the mechanisms?
Please explain why {t} is considered {t}
what do you need for {t}
which {t} is the best known
What is {t}?
Explain {t} in simple terms
Explain {t} to {w}
Who invented {t}?
When did {t} begin?
Why is {t} important?
How does {t} work?
Tell me about {t}
Describe the history of {t}
What does {t} mean?
Where does {t} come from?
Which countries are known for {t}?
How many kinds of {t} are there?
Can you explain {t}?
Is it true that {t} was invented in the last century?
Name the top {n} companies in {t}
What are examples of {t}?
what is the average price of {t}
Do you know anything about {t}?
What is the definition of {t}?
What are the symptoms and treatment of {t}?
How has {t} influenced {t}?
I have a question about {t}: who was first?
What happened to {t} after the war?
What role does {t} play in {t}?
What are the key features of {t}?
what sport or hobby needs {t}
Give me facts about {t}
Teach me the basics of {t}
What kind of {t} did people use in the past?
why do people like {t}
What is known about {t}?
What's your opinion on {t}?
List the components of {t}
Provide an overview of {t}`,
	analysis: `What changes would make this better and what works already? {m}
Act as a critic and review this: {m}
Analyze the following dataset: {m}
分析{t}的优缺点
比较{t}和{t},并分析各自的影响
Compare {t} and {t}
Compare and contrast {t} with {t}
Analyze the impact of {t} on {t}
Do a SWOT analysis of {t}
Evaluate the effectiveness of {t}
Critically discuss {t}
Assess the risks of {t} for {w}
Interpret this data: {m}
Review the following text and give feedback: {m}
Analyze the arguments in this text: {m}
Help me analyze the market for {t}
Discuss the implications of {t} for {w}
Which of these two is better and why? {m}
Examine the trends in {t}
Find the root cause: {m}
Judge the quality of this answer: {m}
What insights can be drawn from this? {m}
Evaluate these proposals on {t} and say which is strongest
Critique this essay: {m}
What is the author's argument and is it convincing? {m}
Investigate why {t} fell last quarter while {t} rose`,
	creative: `写一首关于{t}的诗
写一个关于{t}的故事
请以{t}为题写一段对话
为{t}想一个口号
What if animals ruled {t}? Write it as a diary
Write a poem about {t}
Tell me a joke about {t}
Write a haiku on {t}
Write a dialogue between {t} and {t}
Invent a fantasy world in which {t} is forbidden
Write a funny scene about {t}
Continue the story: {m}
Write a fairy tale for {w} about {t}
Create a character who loves {t}
Write a rap about {t}
Give me {n} catchy names for a company in {t}
Suggest a brand name for {t}
Write a monologue of somebody who hates {t}
Pretend you are a pirate who sells {t}
You are a wizard in a village. I ask you about {t}. Stay in character.
Let's role-play: I am a customer, you are an expert on {t}
Write a screenplay about {t}
Write a limerick on {t}
Write a parody of a poem, about {t}
Imagine a world without {t} and describe a day in it
Write lyrics about {t}
Write a love letter that mentions {t}
Create a riddle about {t}
Write the first chapter of a novel about {t}
Write a mystery plot around {t}
Write a tagline for {t}
Write a bedtime story about {t}
Write a satirical news story about {t}`,
	rewriting: `{m}

Paraphrase it so that it passes as original: {m}
convert this internal note into a text for customers: {m}
润色下面这段话:{m}
请改写以下句子:{m}
找出下面的错别字并改正:{m}
Rewrite this: {m}
Make this shorter: {m}
Improve the writing: {m}
Correct the grammar: {m}
Paraphrase the following text: {m}
Make it sound more professional: {m}
Simplify this text for {w}: {m}
Fix spelling mistakes: {m}
{m}

Rewrite the text above in a friendly tone.
Turn this into bullet points with better wording: {m}
Rephrase this sentence: {m}
Convert this to formal English: {m}
Edit my text: {m}
Expand this paragraph: {m}
Give me {n} alternative titles for "{t}"
Improve this headline: {t}
Put this in plain language for {w}: {m}
Reword so that it doesn't repeat itself: {m}
{m}
Make the above more concise
Change the tone of this message to be polite: {m}`,
	summarization: `总结以下内容:{m}
用一句话概括:{m}
Write highlights for this article: {m}
In a few words, what happened? {m}
Summarize: {m}
Summarize the following text in {n} sentences. {m}
{m}

Summarize the text above.
TL;DR of this: {m}
What are the key points of this text? {m}
Give me the gist: {m}
Write a short summary for {w}: {m}
{m}

===

What is this about, in one sentence?
Generate a headline for this article: {m}
Condense this into {n} bullet points: {m}
Sum up the meeting notes: {m}
{m}
Write a title for the article above.
Abstract of the following report: {m}
Could you give me a brief overview of this document? {m}`,
	extraction: `从下面的文本中提取姓名和日期:{m}
Why did the man do that? Answer from the story. {m}
What are the effects described here?
{m}
Who is meant by "they"? {m}
Extract all names from this text: {m}
List all dates mentioned: {m}
{m}

What keywords are in the text above?
Extract the keywords: {m}
Pull out the action items: {m}
Find the answer to the question in the text. Question: who is mentioned first? {m}
Read the text and answer: when did it happen? {m}
{m}

Question: Where did this take place? Answer from the text.
Given the passage below, answer the question: what was the reason? Passage: {m}
What does the text say about {t}? {m}
Answer the following question using the context. Context: {m} Question: what is {t}?
Return all amounts as JSON: {m}
The article below contains the answer to: what is {t}? {m}
Identify the people and organisations in this: {m}
Given the context, what is the answer to the question about {t}? {m}
Parse this into a table: {m}
Use the following pieces of context to answer the question. {m} What is {t}?`,
	classification: `{m}
Which of these topics is it about: {t}, {t} or {t}?
Arrange these from oldest to newest: {t}, {t}, {t}
Rank the following by popularity: {t}, {t}, {t}, {t}
Would you call the author satisfied? {m}
判断下面这句话的情感是正面还是负面:{m}
把下列内容分类:{t}、{t}、{t}
Is this positive or negative? {m}
Classify the following text into one of: news, sport, science. {m}
{m}

Is the review above favourable?
What is the sentiment? {m}
Which category fits: {t}, {t} or {t}? {m}
Answer yes or no: does this text mention {t}? {m}
{m}
Does the text above imply {t}? Yes, no or maybe?
Do these two sentences mean the same? {m}
Rate the tone as formal or informal: {m}
Label each line as question or statement: {m}
What language is this? {m}
Rank these by size: {t}, {t}, {t}
Sort the following into groups: {t}, {t}, {t}, {t}
Identify the main topics of the text: {m}
What genre does this belong to? {m}
Is this spam? {m}
Does this sentence follow from the one before? {m}
Pick the most fitting label for this text: {t}, {t}, {t}. {m}
How would the author feel, angry or happy? {m}`,
	translation: `Translate into {l}: {m}
How do you say "{t}" in {l}?
{m}
Translate the text above to {l}
What is the {l} word for {t}?
Please provide a {l} version of: {m}
translate this {m}
Translate the following sentence from {l}: {m}`,
	legal: `Does this clause oblige the parties to keep information confidential? {m} Answer yes or no.
Does the privacy policy say that data is shared with third parties? Clause: {m}
Is the evidence admissible? {m}
Which party bears the burden of proof in a lawsuit on {t}?
Is the plaintiff a citizen of another state than the defendant? {m}
Analyze the contract about {t} and list the obligations of the licensor
合同违约后,关于{t},我能要求赔偿吗?
起草一份关于{t}的合同
Write a contract between two companies for {t}
Write terms and conditions for a shop that sells {t}
Write a privacy policy for an app on {t}
Is it legal to sell {t} without a permit?
What are my rights if {t} was not delivered?
Can my employer forbid {t}?
Who is liable for damage by {t}?
Does this clause restrict {t}? Clause: {m}
Which article of the law applies to {t}?
Explain the legal requirements for {t}
What does GDPR say about {t}?
The plaintiff sued the defendant over {t}. How will the court rule?
Draft a lease for {t}
What compensation can I claim for {t}?`,
	coding: `What does the following query do? SELECT name, COUNT(*) FROM {t} GROUP BY name
用Python写一个函数,统计{t}
写一段SQL查询{t}
Write a Python function for {t}
Write a script that downloads data on {t}
Create a React component that shows {t}
Fix this code: {m}
How do I parse JSON in Java?
Write a program about {t} in C++
Implement a class for {t} in TypeScript
Design a REST API for {t}
Write unit tests for a module on {t}
Explain this error: TypeError: undefined is not a function in {t}
Create a database schema for {t}
Write a regular expression that matches {t}
Write a bash script to back up {t}
Convert this function to JavaScript: {m}
Build a web page with HTML and CSS for {t}
Write an Excel formula that counts {t}
Write a Dockerfile for a service on {t}
Refactor the code below: {m}
Why does my code for {t} crash with a null pointer?`,
	math: `计算{n}乘以37
What is the volume of a cube with side {n}?
A project on {t} costs {n} dollars a day for 12 days. What is the total?
Calculate the sum of {n} and 37
What is {n}% of 240?
Solve for x: {n}x + 4 = 19
A shop sells {n} boxes of {t} at 12 dollars each. How much money does it make?
There are {n} birds and 3 fly away. How many are left?
Find the area of a circle with radius {n}
Prove that the square root of {n} is irrational
Compute the derivative of x^{n} + 3x
Integrate {n}x^2 from 0 to 1
If {t} costs {n} dollars and the price rises by 15 percent, what is the new price?
Simplify the fraction {n}/36
What is the greatest common divisor of {n} and 84?`,
	reasoning: `有两个房间,一间有三盏灯,另一间有三个开关,怎样判断哪个开关控制哪盏灯?
一个人要带狼、羊和白菜过河,怎么办?
True or false: if the price of {t} rises, people buy less of it. Explain.
Choose the correct answer. What is true of {t}? A. It is old B. It is new C. Both D. None
What is the best explanation for the fact that {t} sank while {t} rose?
If all {t} are red and some red things are heavy, are some {t} heavy?
Five friends sit in a row. Who sits in the middle? Explain your reasoning step by step.
What would happen if there were no {t}? Think step by step.
Which conclusion follows from the premises? {m}
A man looks at {t} and says: I have no brothers. Who is he?
What comes next in the sequence: 2, 4, 8, {n}?
Which of the following does not belong: {t}, {t}, {t}?
Solve this riddle: {m}
Two of the three boxes with {t} are labelled wrongly. Which one do you open?
Why can the following argument not be valid? {m}
Is the following plausible? {t} was made before {t}
I have three switches and one {t}. How do I find out which is which?`,
	chitchat: `Can you write something for me?
do you remember me
你好,你是谁?
今天心情怎么样?
hello there
how was your day
do you like {t}?
Can you help me with something?
are you good at {t}
you are really helpful
ok thanks, that was all about {t}
who built you
good morning, ready to talk about {t}?
you are pretty smart, how were you trained
I am bored, let's talk
what is your favourite {t}`,
};

export const TOPICS = `solar panels|remote work|machine learning|a small bakery|electric cars|cloud migration|a mobile app for dog owners|blockchain|mental health|the French Revolution|sourdough bread|vegan lasagna|project management|online privacy|customer support software|yoga|a wedding|knee pain|the stock market|climate change|Kubernetes|a Python library for plotting|football|a law firm|jazz music|data analytics|social media|a rental contract|artificial intelligence in schools|chess|sleep|a startup for meal kits|cyber security|immigration|hotel bookings|a toy robot|the human heart|quantum computers|coffee|recycling|supply chains|a museum|tax returns|photography|cooking for two|the Roman Empire|a database of recipes|video games|software testing|Spanish grammar|negotiation|running a marathon|gardening|inflation|public speaking|web design|leadership|an old bicycle|open source licences|Figma|warehouse robots|a school play|electric guitars|email marketing|vaccines|interest rates|a fitness tracker|virtual reality|team building|Shakespeare|green tea|a neighbour's dog|the Moon landing|payment terminals|insurance|job interviews|a power outage|hiking boots|drones|microservices|wind energy|a birthday party|migraine|real estate|bees|a charity run|Bitcoin|fashion|time management|a podcast|the ocean|train travel|SQL Server|childhood memories|the city of Lisbon|a phishing attack|printers|medieval castles|dental care|a coworking space|accounting software|soil quality|space tourism|a broken window|REST APIs|breakfast cereals|loneliness|a medical device|copyright|salsa dancing|an assembly line|semiconductors|parenting|olive oil|a chatbot for a bank|algebra|Buddhism|a used laptop|river floods|art history|call centres|lawn mowers|dark matter|refugees|a robot vacuum|employee feedback|origami`;

export const AUDIENCES = `my team|our customers|a five-year-old|the board|new employees|beginners|a client|students|my landlord|investors|parents|the whole company|a supplier|nurses|teenagers|small businesses`;

export const LANGUAGES = `German|French|Spanish|Italian|Chinese|Japanese|Russian|English|Portuguese|Arabic|Dutch|Korean`;
