"""The screens: a blueprint per desk, sign-in, the API.

**How a desk hangs in the frame.** A package `web/NAME/` holds `__init__.py` with `blueprint` (made by `frame.desk_blueprint`, which
refuses accounts of other desks) and, where it is a desk, `desk: frame.Desk` with at most seven rail entries. `app.py` lists
both. Templates lie in `web/NAME/templates/NAME/`, static files in `web/NAME/static/`, English texts in `web/NAME/en.po`.

**A view** opens a session of the catalogue, calls a service and renders; it names no table and no SQL:

    office, me = frame.office(), frame.viewer()
    with office.catalogue.read() as session:
        rows, last = batches.list_batches(session, me)
    return render_template("clerk/batches.html", rows=rows)

A service raises `AccessError("not-found")` (404) or `AccessError("access.denied")` (403); other JuanzongErrors become a message on
the page the act came from (`acts.act`), or a page of their own. Answers to `Accept: application/json` get the one JSON error shape.

**An act** (POST) is decorated with `@acts.act`: a double click does it once (the form's hidden `once` token), and errors come
back as a notice. Every form calls `{{ form_tokens() }}` of `macros.html` (CSRF and `once`).

**A template** extends `frame.html`; blocks: `title`, `main`, `keys` (calls of `key("J", _("下一条"))` for the `?` sheet), `scripts`
(`<script type="module" src=…>`; the CSP allows no inline script and no style attribute), `head`, `rail` (empty it for a
full-width screen). `macros.html`: `state(verdict)`, `form_tokens()`, `empty(why, next)`, `when(time)`, `field(…)`, `pager(…)`, `progress(…)`.
Tokens of colour and type are in `static/tokens.css`: use the variables, never a colour.

**Texts**: Chinese in the source by `_("…")`; its English in the part's `en.po` (a test finds what is missing). Times through the filter
`|when`, masked ID numbers come from the service.
"""
