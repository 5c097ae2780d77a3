// The sign-in page: one form, one call, one sentence when it fails.
import { createApi } from "./net/api.js";

const form = document.getElementById("sign-in");
const complaint = document.getElementById("sign-in-error");
const api = createApi();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(form.elements.email, form.elements.password, form.querySelector("button"));
});

/** Signs in and goes on to the console, or says why not and keeps what was typed. */
async function signIn(email, password, button) {
  const empty = [email, password].find((field) => field.value.trim() === "");
  for (const field of [email, password]) field.setAttribute("aria-invalid", String(field === empty));
  if (empty) {
    show(empty === email ? "Type your e-mail address." : "Type your password.");
    empty.focus();
    return;
  }
  button.disabled = true;
  button.textContent = "Signing in…";
  try {
    await api.post("/api/v1/auth/login", { email: email.value.trim(), password: password.value });
    location.replace("/console/");
  } catch (error) {
    show(sentence(error));
    button.disabled = false;
    button.textContent = "Sign in";
    password.focus();
    password.select();
  }
}

/** What the person reads. */
function sentence(error) {
  if (error.code === "second_factor_required") return "This account asks for a second factor, which this page cannot take yet.";
  if (error.status === 401 || error.status === 422) return "That e-mail and password do not go together. Check both and try again.";
  if (error.status === 429) return `Too many tries. ${error.detail || "Wait a moment and try again."}`;
  if (error.status === 0) return "The server does not answer. Check the connection and try again.";
  return error.detail || error.title || "Signing in failed. Try again in a moment.";
}

function show(text) {
  complaint.textContent = text;
  complaint.hidden = false;
}
