export default async function globalTeardown(): Promise<void> {
	await globalThis.stopRealN8n?.();
}
