// Buttons that print the page as it stands.
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
