"""A template as CloudFormation makes it with some parameters: conditions decided, what is not there left out."""

import re
from typing import Any

Template = dict[str, Any]
_IN_TEXT = re.compile(r"\$\{([^}.!]+)")
_GONE = object()


class StoodUp:
    """Raises KeyError where something that is there refers to something that is not."""

    def __init__(self, template: Template, **parameters: str) -> None:
        self._conditions = template["Conditions"]
        self._given = {name: str(one.get("Default", "given")) for name, one in template["Parameters"].items()}
        self._given |= parameters
        there = {section: self._there(template[section]) for section in ("Resources", "Outputs")}
        self._known = {*there["Resources"], *self._given}
        self.resources, self.outputs = (self._decided(there[section]) for section in ("Resources", "Outputs"))

    def of_type(self, kind: str) -> set[str]:
        return {name for name, resource in self.resources.items() if resource["Type"].startswith(kind)}

    def properties(self, name: str) -> Template:
        return self.resources[name]["Properties"]

    def _there(self, section: Template) -> Template:
        return {name: one for name, one in section.items() if "Condition" not in one or self._holds(one)}

    def _holds(self, expression: Template) -> bool:
        match expression:
            case {"Condition": str(name)}:
                return self._holds(self._conditions[name])
            case {"Fn::Equals": [{"Ref": str(name)}, value]}:
                return self._given[name] == str(value)
            case {"Fn::Not": [one]}:
                return not self._holds(one)
            case {"Fn::And": several}:
                return all(map(self._holds, several))
            case {"Fn::Or": several}:
                return any(map(self._holds, several))
        raise ValueError(expression)

    def _decided(self, value: Any) -> Any:
        match value:
            case {"Fn::If": [name, yes, no]}:
                return self._decided(yes if self._holds({"Condition": name}) else no)
            case {"Ref": "AWS::NoValue"}:
                return _GONE
            case {"Fn::Sub": [str(text), dict(names)]}:
                self._require({*_IN_TEXT.findall(text)} - {*names})
                return {"Fn::Sub": [text, self._decided(names)]}
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
                self._require({name})
            case {"Fn::Sub": str(text)}:
                self._require({*_IN_TEXT.findall(text)})
        if isinstance(value, dict):
            made = {key: self._decided(one) for key, one in value.items()}
            return {key: one for key, one in made.items() if one is not _GONE}
        return [one for one in map(self._decided, value) if one is not _GONE] if isinstance(value, list) else value

    def _require(self, names: set[str]) -> None:
        missing = {name for name in names if not name.startswith("AWS::")} - self._known
        if missing:
            raise KeyError(*missing)
