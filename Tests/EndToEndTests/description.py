"""The API's description, and whether answers are as it says."""

import json
import pathlib
import urllib.parse

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from story import Api

FILE = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "COpenAPI" / "openapi.json"


class Description:
    """Finds a call's operation, and checks its answer. Remembers what was answered without error."""

    def __init__(self, document):
        self.document, self.answered = document, set()
        self._registry = Registry().with_resource(
            "urn:helenus", DRAFT202012.create_resource(document))
        self._validators = {}
        # A fixed word stands before what varies, as in the API's own routes.
        self._paths = sorted(
            ([part for part in path.split("/") if part] for path in document["paths"]),
            key=lambda parts: [part.startswith("{") for part in parts])

    @property
    def operations(self):
        """Method and path of each."""
        return {
            (method.upper(), path) for path, item in self.document["paths"].items()
            for method in item if method != "parameters"}

    def check(self, method, target, status, text):
        """Fails where an answer is not as it is described; one of a call that is not described
        has to be a 404 or a 405."""
        method = "GET" if method == "HEAD" else method
        path = self.path(method, urllib.parse.urlsplit(target).path)
        if path is None:
            assert status in (400, 404, 405), f"{method} {target} is not described: {status}"
            return
        operation = self.document["paths"][path][method.lower()]
        assert str(status) in operation["responses"], (
            f"{method} {target}: {status} is not among the answers of {path}: {text[:500]}")
        value = json.loads(text) if self._is_json(path, method.lower(), str(status)) else text
        errors = list(self._validator(path, method.lower(), str(status)).iter_errors(value))
        assert not errors, (
            f"{method} {target}: {status} is not as {path} says:\n"
            + "\n".join(f"{error.json_path}: {error.message[:500]}" for error in errors[:5]))
        if status < 400:
            self.answered.add((method, path))

    def check_schema(self, name, value):
        """Fails where a value is not as a schema says, such as what a webhook is told."""
        validator = Draft202012Validator(
            {"$ref": f"urn:helenus#/components/schemas/{name}"}, registry=self._registry,
            format_checker=FormatChecker(["uuid"]))
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
        assert not errors, (name, errors)

    def path(self, method, path):
        """The path as it is described; `None` where it is not."""
        parts = [part for part in path.split("/") if part]
        for pattern in self._paths:
            if len(pattern) == len(parts) and all(
                    word.startswith("{") or word == part for word, part in zip(pattern, parts)):
                found = "/" + "/".join(pattern)
                if method.lower() in self.document["paths"][found]:
                    return found
        return None

    def _is_json(self, path, method, status):
        answer = self.document["paths"][path][method]["responses"][status]
        return "$ref" in answer or "application/json" in answer["content"]

    def _validator(self, path, method, status):
        key = (path, method, status)
        if key not in self._validators:
            answer = self.document["paths"][path][method]["responses"][status]
            pointer = (
                answer["$ref"].removeprefix("#") if "$ref" in answer
                else f"/paths/{path.replace('/', '~1')}/{method}/responses/{status}")
            kind = "application/json" if "$ref" in answer else next(iter(answer["content"]))
            pointer = urllib.parse.quote(
                f"{pointer}/content/{kind.replace('/', '~1')}/schema", safe="/~")
            self._validators[key] = Draft202012Validator(
                {"$ref": f"urn:helenus#{pointer}"}, registry=self._registry,
                format_checker=FormatChecker(["uuid", "date"]))
        return self._validators[key]


DESCRIPTION = Description(json.loads(FILE.read_text()))


class CheckedApi(Api):
    """Fails at an answer that is not as it is described."""

    def exchange(self, method, path, body=None):
        status, text = super().exchange(method, path, body)
        DESCRIPTION.check(method, f"/{self.cluster}{path}", status, text)
        return status, text
