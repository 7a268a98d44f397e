// Good news goes away by itself; what went wrong stays until the next page.
import { onPage, SetUp } from "./page";

const STAYS = 6_000;
const messages = new SetUp();

export function startMessages(): void {
  onPage(() => {
    for (const message of messages.fresh<HTMLElement>(".page-messages > .alert-success")) {
      leaveLater(message);
    }
  });
}

function leaveLater(message: HTMLElement): void {
  window.setTimeout(() => {
    if (message.matches(":hover")) leaveLater(message);
    else message.remove();
  }, STAYS);
}
