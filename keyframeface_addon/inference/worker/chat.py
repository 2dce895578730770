"""The chat template that a GGUF carries, as the model was trained with it."""

from __future__ import annotations

from typing import Any

from llama_cpp.llama_chat_format import Jinja2ChatFormatter

PLAIN = "{% for m in messages %}{{ m['content'] }}\n\n{% endfor %}"
"""For base models, which carry none."""


class ChatFormat:
    """Renders messages to the text that the model continues. Raises what Jinja raises where the template is broken."""

    def __init__(self, template: str, bos: str, eos: str) -> None:
        self._template = template or PLAIN
        self._formatter = Jinja2ChatFormatter(self._template, eos_token=eos, bos_token=bos)
        probe = self.render([{"role": "system", "content": "a"}, {"role": "user", "content": "b"}])
        self.writes_bos = bool(bos) and probe.startswith(bos)
        """The rendered text begins with the beginning-of-text token."""

    def render(self, messages: list[dict[str, str]]) -> str:
        """The prompt, up to where the answer begins. Thinking, where a template has a switch for it, is off."""
        try:
            return self._call(messages)
        except Exception as error:
            # Gemma's and some Mistral templates: raise_exception("System role not supported")
            if len(messages) < 2:
                raise
            system, user, *rest = messages
            merged = {"role": user["role"], "content": f"{system['content']}\n\n{user['content']}"}
            try:
                return self._call([merged, *rest])
            except Exception:
                raise error from None

    def _call(self, messages: list[Any]) -> str:
        return str(self._formatter(messages=messages, enable_thinking=False).prompt)
