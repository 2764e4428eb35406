interface Waiter {
	limit: number;
	enter: () => void;
}

/** Counts who is inside and lets others in, in the order in which they came, as those leave. */
export class Turnstile {
	private inside = 0;

	get count(): number {
		return this.inside;
	}

	private readonly waiters: Waiter[] = [];

	/** Whether all who come are let in, whatever the limit: for as long as nothing speaks against it. */
	isOpen = false;

	/** False: it is full, or others wait. */
	tryEnter(limit: number): boolean {
		const mayEnter = this.isOpen || (this.waiters.length === 0 && this.inside < limit);
		if (mayEnter) this.inside += 1;
		return mayEnter;
	}

	/** Waits to get in. Resolves with false, and without having entered, when `patience` ends first. */
	async enter(limit: number, patience: Promise<unknown>): Promise<boolean> {
		let waiter: Waiter | undefined;
		const entered = new Promise<true>((resolve) => {
			waiter = { limit, enter: () => resolve(true) };
			this.waiters.push(waiter);
		});
		const isIn = await Promise.race([entered, patience.then(() => false)]);
		if (isIn || !waiter) return isIn;
		const place = this.waiters.indexOf(waiter);
		// Let in at the very moment when patience ended.
		if (place === -1) return true;
		this.waiters.splice(place, 1);
		return false;
	}

	/** In spite of any limit. */
	force(): void {
		this.inside += 1;
	}

	leave(): void {
		this.inside -= 1;
		const [first] = this.waiters;
		if (first && this.inside < first.limit) this.admit(this.waiters.shift());
	}

	/** Lets everyone in who waits. */
	admitAll(): void {
		for (const waiter of this.waiters.splice(0)) this.admit(waiter);
	}

	private admit(waiter: Waiter | undefined): void {
		this.inside += 1;
		waiter?.enter();
	}
}
