// A picture as people see it in a room, and one to show there.

export interface SeenPicture {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly size: number;
  /** In base64. */
  readonly png: string;
}

/** A red point and a white one; of the smallest pictures there are. */
export const POINTS =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4z8Dw//9/AAv7A/3dF29HAAAAAElFTkSuQmCC";
