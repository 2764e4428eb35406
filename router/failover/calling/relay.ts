/** Passes an answer on while it is being written: the text of one attempt at a time. */
import type { Model } from '../../types';
import type { PartEvent } from '../terms';

/** Passes on the text of the first attempt that writes any. Attempts that fail before that are never seen. */
export class Relay {
	private leader: Speech | null = null;

	/** Part of an answer that was not whole has been passed on. */
	hasBroken = false;

	/** @param onPart must not throw */
	constructor(private readonly onPart: (event: PartEvent) => void) {}

	/** @param onLead called when this attempt takes the lead; from then on no other attempt is passed on */
	speech({ alias }: Model, onLead: () => void): Speech {
		const speech: Speech = new Speech(
			() => {
				if (this.leader !== null) return this.leader === speech;
				this.leader = speech;
				this.onPart({ type: 'begin', model: alias });
				onLead();
				return true;
			},
			(text) => this.onPart({ type: 'text', model: alias, text }),
			(type) => {
				if (this.leader !== speech) return;
				this.leader = null;
				this.hasBroken ||= type !== 'end';
				if (type) this.onPart({ type, model: alias });
			},
		);
		return speech;
	}
}

/** The text of one attempt. */
export class Speech {
	/** Blank text so far, held back because the answer may turn out empty. null from the first word on. */
	private blank: string | null = '';

	constructor(
		private readonly takeLead: () => boolean,
		private readonly say: (text: string) => void,
		private readonly fallSilent: (type: 'end' | 'interrupted' | null) => void,
	) {}

	text(text: string): void {
		const words = (this.blank ?? '') + text;
		if (this.blank !== null && words.trim() === '') this.blank = words;
		else {
			this.blank = null;
			if (this.takeLead()) this.say(words);
		}
	}

	/** @param as null: the attempt is no longer needed, so no event is sent */
	over(as: 'end' | 'interrupted' | null): void {
		this.fallSilent(as);
	}
}
