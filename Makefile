# The stable commands. Everything a bare Debian or Ubuntu machine lacks is installed on the way.
.PHONY: help run test bar bench lint fmt

help:
	@echo "make run    网页与后台一起启动 http://127.0.0.1:8000 (PORT=… 换端口)"
	@echo "make test   全部检查与测试，与持续集成相同"
	@echo "make bar    长时间承诺：竞争、中断、负载、全程走查"
	@echo "make bench  性能比值"
	@echo "make lint   只做静态检查      make fmt  统一格式"

run:
	@bash .ci/serve

test:
	@bash .ci/test

bar:
	@bash .ci/bar

bench:
	@bash .ci/bench

lint:
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy portal jurisdictions applications reviews assessments && .venv/bin/lint-imports --no-logo

fmt:
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .
