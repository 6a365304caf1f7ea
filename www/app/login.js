// The demo's customers. A shop of flesh and blood has its own login; what matters is that its server signs the token.

import * as person from "./person.js";
import { login } from "./shop.js";
import { settings } from "./stores.js";

export const CUSTOMERS = ["C-1001", "C-1002", "C-1003"];

const mayLink = () => ["sync", "contribute"].includes(person.consent());

/** Logs in, and joins this device's profile with the customer's where the shopper allowed it. */
export async function logIn(customer) {
  const token = await login(customer);
  settings.setCustomer(customer);
  if (mayLink()) await person.link(token);
}

/** Logs out; a profile that was the customer's is not left behind for the next user of the device. */
export function logOut() {
  settings.setCustomer(null);
  if (mayLink()) person.unlink();
}

/** A fresh token for the customer who is logged in: tokens live for minutes, logins for days. */
export async function currentToken() {
  const customer = settings.customer();
  return customer ? login(customer) : undefined;
}
