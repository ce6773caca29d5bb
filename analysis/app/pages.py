"""What each address answers."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse

from analysis.app import form as forms
from analysis.app import reading
from analysis.app.guard import COOKIE, Rules
from analysis.app.jobs import BusyError, Job, Jobs
from analysis.app.levers import BY_YEAR, described
from analysis.app.reading import Problems, fill_in
from analysis.app.views import head, results
from analysis.app.watch import ALL, COLUMNS, groups_of, phases_of, places, watched
from analysis.errors import UserError
from analysis.figures.naming import naming_of, speaking
from analysis.figures.templates import templates
from analysis.figures.words import capital, unbroken
from scenarios.places import NAME, library_names
from scenarios.problems import InputError
from simulation.parameters import declared
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from starlette.applications import Starlette

HERE = Path(__file__).parent
MOST_STREAMS = 20
"""Pages that may follow results at a time."""
BUSY = "Other questions are still being answered. Wait for one to end, or stop one."


class Pages:
    """The handlers, with the jobs that they ask for."""

    def __init__(self, jobs: Jobs, rules: Rules) -> None:
        self.jobs, self.rules, self.templates = jobs, rules, templates(HERE / "templates", capital, unbroken)
        self.streams = 0

    # --- rendering ---------------------------------------------------------------------------------------------------

    def _html(
        self, template: str, status: int = 200, headers: dict[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        return HTMLResponse(self.templates.get_template(template).render(**values), status, headers)

    def _form_values(self, form: forms.Form, problems: Problems, opened: int = 0) -> dict[str, Any]:
        return {
            "form": form, "problems": problems, "wrong": dict(problems), "contexts": forms.CONTEXTS.values(),
            "described": described, "library": [described(name) for name in library_names("programme")],
            "most_policies": forms.MOST_POLICIES, "most_years": forms.MOST_YEARS, "most_pairs": forms.MOST_PAIRS,
            "opened": opened, "parameters": declared(), "by_year": BY_YEAR,
        }  # fmt: skip

    def _page(
        self, form: forms.Form, problems: Problems, job: Job | None, status: int = 200, unknown: bool = False
    ) -> HTMLResponse:
        shown = results(job) if job is not None else {"job": None}
        listed = {"jobs": self.jobs.listed(), "of": "" if job is None else job.id, "unknown": unknown}
        values = {**self._form_values(form, problems), **shown, **listed}
        return self._html("page.html", status, None, **values, shell=shlex.join)

    def _job(self, request: Request) -> Job:
        job = self.jobs.get(request.path_params["job"])
        if job is None:
            raise HTTPException(404)
        return job

    # --- the form ----------------------------------------------------------------------------------------------------

    async def home(self, request: Request) -> Response:
        """The page as it opens: with the form that its address holds, or with what ``?context=`` and ``?programme=`` choose."""
        if (form := reading.addressed(request)) is not None:
            return await run_in_threadpool(self._page, form, [], None)
        context = request.query_params.get("context", "england")
        programmes = request.query_params.getlist("programme") or ["excellence-in-leadership"]
        try:
            if context not in forms.CONTEXTS:
                raise forms.FormError("there is no such context")
            form = forms.first_form(context, [forms.check_programme(name) for name in programmes])
        except forms.FormError as error:
            raise HTTPException(400) from error
        return await run_in_threadpool(self._page, form, [], None)

    async def edit(self, request: Request) -> Response:
        """The form after one of its buttons has been pressed."""
        form, other, problems = await reading.sent(request)
        try:
            form = forms.change(form, other.get("action", ""), other)
        except forms.FormError as error:
            raise HTTPException(400) from error
        if _is_part(request):
            values = self._form_values(form, problems, _opened(form, other.get("action", "")))
            return await run_in_threadpool(self._html, "form.html", 200, None, **values)
        job = self.jobs.get(other.get("replaces", ""))
        return await run_in_threadpool(self._page, form, problems, job)

    async def start(self, request: Request) -> Response:
        """Start what the form asks for."""
        form, other, problems = await reading.sent(request)
        problems += await run_in_threadpool(forms.problems, form)
        status = 422
        if not problems:
            try:
                job = await run_in_threadpool(self.jobs.start, form, other.get("replaces", ""))
            except BusyError:
                problems, status = [("policies", BUSY)], 429
            except InputError as error:
                problems = [
                    ("policies", self.jobs.told(reading.told(problem, Path(problem.file).name)))
                    for problem in error.problems[:20]
                ]
            except UserError as error:
                problems = [("policies", self.jobs.told(f"{error.given}: {error.problem}. {error.advice}"))]
        if problems:
            if _is_part(request):
                return await run_in_threadpool(
                    self._html, "form.html", status, None, **self._form_values(form, problems)
                )
            return await run_in_threadpool(self._page, form, problems, self.jobs.get(other.get("replaces", "")), status)
        if _is_part(request):
            headers = {"x-where": f"/jobs/{job.id}"}
            return await run_in_threadpool(self._html, "results.html", 200, headers, **results(job), shell=shlex.join)
        return RedirectResponse(f"/jobs/{job.id}", 303)

    # --- a job -------------------------------------------------------------------------------------------------------

    async def job(self, request: Request) -> Response:
        """The page of a job: what it has found so far, and the form that the address holds, or else its own.

        For a job that is not known any more: the form that the address holds, if it does.
        """
        job, form = self.jobs.get(request.path_params["job"]), reading.addressed(request)
        if job is None:
            if form is None:
                raise HTTPException(404)
            return await run_in_threadpool(self._page, form, [], None, 404, True)
        if form is not None:
            fill_in(form, job.form)
        return await run_in_threadpool(self._page, form or job.form, [], job)

    async def questions(self, request: Request) -> Response:
        """All questions that are remembered, as a part of the page of the job ``?of=``."""
        of = request.query_params.get("of", "")
        return await run_in_threadpool(self._html, "questions.html", jobs=self.jobs.listed(), of=of)

    async def stop(self, request: Request) -> Response:
        """Stop a job."""
        job = self._job(request)
        await run_in_threadpool(self.jobs.stop, job.id)
        if _is_part(request):
            return Response(status_code=204)
        return RedirectResponse(f"/jobs/{job.id}", 303)

    async def events(self, request: Request) -> Response:
        """Results as they come in, as server-sent events."""
        job = self._job(request)
        if self.streams >= MOST_STREAMS:
            raise HTTPException(429)
        return StreamingResponse(self._events(request, job), media_type="text/event-stream")

    async def _events(self, request: Request, job: Job) -> AsyncIterator[str]:
        self.streams += 1
        seen, years, quiet = -1, -1, 0
        try:
            while not await request.is_disconnected():
                over, version = job.settled and job.over, job.version
                done = job.years if not over else 0
                if version != seen or done != years:
                    if version != seen:
                        yield _event(
                            "live", await run_in_threadpool(lambda: self._fragment("live.html", **results(job)))
                        )
                    yield _event("progress", self._fragment("progress.html", years=done, **head(job)))
                    seen, years, quiet = version, done, 0
                if over and job.version == seen:
                    yield _event("end", json.dumps({"state": job.state, "pairs": job.pairs}))
                    return
                quiet += 1
                if quiet % 40 == 0:
                    yield ": still here\n\n"
                await asyncio.sleep(0.25)
        finally:
            self.streams -= 1

    def _fragment(self, template: str, **values: Any) -> str:
        return self.templates.get_template(template).render(**values)

    async def file(self, request: Request) -> Response:
        """A policy as YAML, to be kept."""
        job, name = self._job(request), request.path_params["name"]
        one = next((one for one in job.files if one.name == name), None)
        if one is None or not NAME.match(name):
            raise HTTPException(404)
        return Response(
            one.text, media_type="application/yaml",
            headers={"content-disposition": f'attachment; filename="{one.name}.yaml"'},
        )  # fmt: skip

    async def pipeline(self, request: Request) -> Response:
        """The pipeline of one run, year by year."""
        job, asked = self._job(request), request.query_params
        number = asked.get("scenario", "0")
        place, group, phase = asked.get("place", ""), asked.get("group", "leaders"), asked.get("phase", ALL)
        if not re.fullmatch("[0-9]{1,2}", number) or int(number) >= len(job.plans):
            raise HTTPException(404)
        plan = job.plans[int(number)]
        setup, naming = plan.setup, naming_of(*(plan.system for plan in job.plans))
        with speaking(naming):
            groups, phases = groups_of(setup.structure), phases_of(setup.structure)
        years = {str(year): school_year(year) for year in range(setup.base_year + 1, setup.last_year + 1)}
        year = asked.get("year", str(setup.last_year))
        if group not in groups or phase not in phases or year not in years:
            raise HTTPException(404)
        register = setup.register
        offered = places(register)
        place = place or next((key for key, _ in offered if key.startswith("cluster")), ALL)
        if place not in dict(offered):
            raise HTTPException(404)
        try:
            recording = await run_in_threadpool(self.jobs.recording, job, int(number))
        except BusyError:
            raise HTTPException(429) from None
        if recording is None:
            raise HTTPException(503)
        with speaking(naming):
            of_phase = None if phase == ALL else setup.structure.phases.index(phase)
            shown = watched(recording, register, place, group, groups, of_phase, int(year))
        return await run_in_threadpool(
            self._html, "pipeline.html", job=job, shown=shown, places=offered, place=place, groups=groups, group=group,
            phases=phases, phase=phase, years=years, year=year, number=int(number), titles=[plan.title for plan in job.plans],
            columns=COLUMNS,
        )  # fmt: skip

    async def save(self, request: Request) -> Response:
        """Keep the comparison with every measure, and make a report of it."""
        job = self._job(request)
        try:
            await run_in_threadpool(self.jobs.save, job)
        except BusyError:
            raise HTTPException(429) from None
        return RedirectResponse(f"/jobs/{job.id}/saved", 303)

    async def saved(self, request: Request) -> Response:
        """What has become of keeping it."""
        return await self._of_saving("saved.html", request)

    async def saving(self, request: Request) -> Response:
        """The same, as a part of that page."""
        return await self._of_saving("saving.html", request)

    async def _of_saving(self, template: str, request: Request) -> Response:
        job = self._job(request)
        if job.saved is None:
            raise HTTPException(404)
        return await run_in_threadpool(self._html, template, job=job, saved=job.saved)

    async def stop_saving(self, request: Request) -> Response:
        """Keep no more of it."""
        job = self._job(request)
        if job.saved is None:
            raise HTTPException(404)
        await run_in_threadpool(job.saved.stop)
        return Response(status_code=204) if _is_part(request) else RedirectResponse(f"/jobs/{job.id}/saved", 303)

    async def report(self, request: Request) -> Response:
        """The report, to be kept: it is a page of its own and is not shown within this one."""
        job = self._job(request)
        if job.saved is None or job.saved.report is None:
            raise HTTPException(404)
        return FileResponse(job.saved.report, media_type="application/octet-stream", filename="headway-report.html")

    # --- who may come in ---------------------------------------------------------------------------------------------

    async def enter(self, request: Request) -> Response:
        """Take the token and give a session for it."""
        if self.rules.token is None:
            return RedirectResponse("/", 303)
        if request.method != "POST":
            return self._html("enter.html", message="")
        if self.rules.locked:
            return self._html("enter.html", 429, message="There were too many wrong tokens. Wait a minute.")
        reading.check_kind(request)
        async with request.form(max_files=0, max_fields=5, max_part_size=1000) as sent:
            session = self.rules.enter(str(sent.get("token", "")))
        if session is None:
            return self._html("enter.html", 403, message="That is not the token.")
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return response

    async def wrong(self, _request: Request, error: Exception) -> Response:
        """A page for what cannot be answered; it says nothing of why, for a program that asks would learn too much."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._html("wrong.html", status, status_code=status, busy=BUSY)

    async def gone(self, _request: Request, _error: Exception) -> Response:
        """Nobody is there to read an answer any more: who asked hung up before the request was whole."""
        return Response(status_code=400)


def _is_part(request: Request) -> bool:
    """Whether the page's own script asks, which puts a part of the page in its place."""
    return request.headers.get("x-part") == "yes"


def _opened(form: forms.Form, action: str) -> int:
    """The policy that a button was about, which is shown unfolded."""
    if action == "add-policy":
        return len(form.policies) - 1
    found = re.search(r"-([0-3])(-|$)", action)
    return min(int(found[1]), max(0, len(form.policies) - 1)) if found else 0


def _event(name: str, text: str) -> str:
    return f"event: {name}\n" + "".join(f"data: {line}\n" for line in text.splitlines() or [""]) + "\n"


def application(jobs: Jobs, rules: Rules) -> Starlette:
    """The web application; :class:`~analysis.app.guard.Guard` stands before it."""
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    pages = Pages(jobs, rules)
    routes = [
        Route("/", pages.home),
        Route("/form", pages.edit, methods=["POST"]),
        Route("/questions", pages.questions),
        Route("/jobs", pages.start, methods=["POST"]),
        Route("/jobs/{job}", pages.job),
        Route("/jobs/{job}/events", pages.events),
        Route("/jobs/{job}/stop", pages.stop, methods=["POST"]),
        Route("/jobs/{job}/files/{name}.yaml", pages.file),
        Route("/jobs/{job}/pipeline", pages.pipeline),
        Route("/jobs/{job}/save", pages.save, methods=["POST"]),
        Route("/jobs/{job}/saved", pages.saved),
        Route("/jobs/{job}/saving", pages.saving),
        Route("/jobs/{job}/saving/stop", pages.stop_saving, methods=["POST"]),
        Route("/jobs/{job}/report", pages.report),
        Route("/enter", pages.enter, methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    wrong: Any = pages.wrong
    handlers: dict[Any, Any] = {HTTPException: wrong, ClientDisconnect: pages.gone, Exception: wrong}
    return Starlette(routes=routes, exception_handlers=handlers)
